import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useTranslate } from '../../i18n/translate.ts';
import { DevicesSection } from './devices-section.tsx';
import { GeneralSection } from './general-section.tsx';
import { ReceivingSection } from './receiving-section.tsx';
import { SharingSection } from './sharing-section.tsx';
import { SpeedSection } from './speed-section.tsx';

const SECTIONS = ['general', 'receiving', 'speed', 'sharing', 'devices'] as const;

/** Settings: five sections, every change at once. */
export function SettingsView({ onOpenPeer }: { readonly onOpenPeer: (shortId: string) => void }) {
  const t = useTranslate();
  return (
    <div data-region="list" className="flex min-h-0 flex-1 flex-col">
      <Tabs className="mx-auto flex min-h-0 w-full max-w-[760px] flex-1 flex-col">
        <div className="shrink-0 overflow-x-auto px-4 pt-3 medium:px-6">
          <TabList aria-label={t('settings.title')} className="flex gap-1 border-b border-line">
            {SECTIONS.map((section) => (
              <Tab
                key={section}
                id={section}
                className="-mb-px flex h-10 cursor-default items-center border-b-2 border-transparent px-3 font-medium text-text-2 outline-offset-[-2px] data-hovered:text-text data-selected:border-accent data-selected:text-text"
              >
                {t(`settings.${section}`)}
              </Tab>
            ))}
          </TabList>
        </div>
        {SECTIONS.map((section) => (
          <TabPanel
            key={section}
            id={section}
            className="min-h-0 flex-1 overflow-y-auto px-4 py-2 outline-offset-[-2px] medium:px-6"
          >
            {section === 'general' && <GeneralSection />}
            {section === 'receiving' && <ReceivingSection />}
            {section === 'speed' && <SpeedSection />}
            {section === 'sharing' && <SharingSection />}
            {section === 'devices' && <DevicesSection onOpenPeer={onOpenPeer} />}
            <p className="py-3 text-13 text-text-3">{t('settings.savesItself')}</p>
          </TabPanel>
        ))}
      </Tabs>
    </div>
  );
}
