import type { ReactNode } from 'react';

/** A part of a device's page under its heading. */
export function PageSection({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="flex flex-col gap-2 border-t border-line px-4 py-4">
      <h3 className="text-13 font-medium text-text-2">{title}</h3>
      {children}
    </section>
  );
}
