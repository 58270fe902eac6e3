import { Menu, type MenuItemConstructorOptions, nativeImage, nativeTheme, Tray } from 'electron';
import type { TrayDeed, TrayItem, TrayModel } from './tray-model.ts';

/** The icon in the tray. */
export interface ShownTray {
  show(model: TrayModel): void;
  close(): void;
}

/** Puts the icon into the tray. `picture` gives the path of a picture by its name. */
export function openTray(picture: (name: string) => string, run: (deed: TrayDeed) => void): ShownTray {
  const image = (kind: TrayModel['picture']) => nativeImage.createFromPath(picture(pictureName(kind)));
  const tray = new Tray(image('idle'));
  let shown = '';
  let last: TrayModel | null = null;
  const draw = (model: TrayModel): void => {
    tray.setImage(image(model.picture));
    tray.setToolTip(model.tip);
    tray.setContextMenu(Menu.buildFromTemplate(model.items.map((item) => toMenuItem(item, run))));
  };
  const redraw = (): void => {
    if (last !== null) draw(last);
  };
  nativeTheme.on('updated', redraw);
  tray.on('click', () => {
    // on a Mac a click opens the menu
    if (process.platform !== 'darwin') run({ kind: 'open' });
  });
  return {
    show(model) {
      const text = JSON.stringify(model);
      if (text === shown) return;
      shown = text;
      last = model;
      draw(model);
    },
    close() {
      nativeTheme.off('updated', redraw);
      tray.destroy();
    },
  };
}

/** A Mac colours template pictures itself; elsewhere the ink must stand out from the panel. */
function pictureName(kind: TrayModel['picture']): string {
  if (process.platform === 'darwin') return `tray-${kind}Template.png`;
  return `tray-${kind}-${nativeTheme.shouldUseDarkColorsForSystemIntegratedUI ? 'light' : 'dark'}.png`;
}

function toMenuItem(item: TrayItem, run: (deed: TrayDeed) => void): MenuItemConstructorOptions {
  switch (item.kind) {
    case 'text':
      return { label: item.label, enabled: false };
    case 'line':
      return { type: 'separator' };
    case 'deed':
      return { label: item.label, click: () => run(item.deed) };
    case 'choice':
      return {
        label: item.label,
        submenu: item.items.map(({ label, chosen, deed }) => ({
          label,
          type: 'radio',
          checked: chosen,
          click: () => run(deed),
        })),
      };
  }
}
