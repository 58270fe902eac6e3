import type { ReactNode } from 'react';

export interface SettingRowProps {
  readonly label: string;
  readonly description?: string | undefined;
  /** Why it could not be changed. */
  readonly error?: string | null;
  readonly children: ReactNode;
}

/** One setting: what it is, what that means, and the control. The control has its own spoken label. */
export function SettingRow({ label, description, error = null, children }: SettingRowProps) {
  return (
    <div className="flex flex-col gap-2 border-b border-line py-3 last:border-b-0 medium:flex-row medium:items-center medium:gap-6">
      <div className="min-w-0 flex-1">
        <p className="font-medium">{label}</p>
        {description !== undefined && <p className="max-w-[60ch] text-13 text-text-2">{description}</p>}
        {error !== null && (
          <p role="alert" className="text-13 text-bad">
            {error}
          </p>
        )}
      </div>
      <div className="flex min-w-0 shrink-0 items-center gap-2 medium:w-64">{children}</div>
    </div>
  );
}
