// The head of a page: title (focused when the page opens), one line of truth, actions.
import { ActionIcon } from '@mantine/core';
import { IconChevronLeft } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';

export interface PageHeadProps {
  readonly title: ReactNode;
  readonly sub?: ReactNode;
  /** Where the back arrow leads, with the name of that place. */
  readonly back?: { readonly to: string; readonly label: string };
  readonly children?: ReactNode;
  /** Leaves focus alone, for pages that focus something safer themselves. */
  readonly keepFocus?: boolean;
}

export function PageHead({ title, sub, back, children, keepFocus = false }: PageHeadProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  const [, navigate] = useLocation();
  useEffect(() => {
    const idle = document.activeElement === null || document.activeElement === document.body;
    if (!keepFocus && (idle || !document.activeElement?.closest('main, dialog, [role="dialog"]')))
      heading.current?.focus();
  }, [keepFocus]);
  return (
    <header className="head">
      {back && (
        <ActionIcon variant="subtle" color="gray" size={28} aria-label={back.label} onClick={() => navigate(back.to)}>
          <IconChevronLeft size={17} />
        </ActionIcon>
      )}
      <div className="grow">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {sub !== undefined && <div className="sub el">{sub}</div>}
      </div>
      {children !== undefined && <div className="act">{children}</div>}
    </header>
  );
}
