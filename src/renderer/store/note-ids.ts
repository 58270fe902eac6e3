/** How ids of notifications begin: of a request, of a job. The rest is the job's id. */
export const REQUEST_NOTE = 'request:';
export const JOB_NOTE = 'job:';
