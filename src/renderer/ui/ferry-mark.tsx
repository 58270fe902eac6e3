/** The ferry of the application icon; decoration, so it has no name. */
export function FerryMark({ size }: { readonly size: number }) {
  return (
    <svg viewBox="0 0 16 16" width={size} height={size} aria-hidden="true" className="shrink-0">
      <rect width="16" height="16" rx="3.5" fill="#075A8C" />
      <path fill="#FF8A65" d="M7 2h2v3H7z" />
      <path fill="#fff" d="M4 5h8v3H4zM1 8l2 1h10l2-1-2 4H3z" />
      <path fill="#075A8C" d="M5 6h1v1H5zM7.5 6h1v1h-1zM10 6h1v1h-1z" />
      <path fill="#8FD0FA" d="M2 13h3v1H2zM6 13h4v1H6zM11 13h3v1h-3z" />
    </svg>
  );
}
