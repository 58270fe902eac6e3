import type { orders as english } from '../en/orders.ts';

export const orders: Readonly<Record<keyof typeof english, string>> = {
  'orders.first':
    '{{device}} hat zum ersten Mal eine Kopie auf diesem Gerät gestartet: {{name}}. Deine eigenen Geräte dürfen das.',
  'orders.show': 'Kopie zeigen',
  'orders.trust': 'Was es darf',
  'orders.dismiss': 'Ausblenden',
  'orders.note': '{{device}} hat hier eine Kopie gestartet',
};
