import { BonjourDiscovery } from './bonjour-discovery.ts';
import { listNetworkInterfaces } from './network-interfaces.ts';
import { describeDiscovery, findFreeUdpPort } from './testing/discovery-suite.ts';
import { MemoryNetwork } from './testing/memory-discovery.ts';

const network = new MemoryNetwork();
let hosts = 0;
describeDiscovery('MemoryDiscovery', {
  create: () => {
    hosts += 1;
    return network.attach(`10.0.0.${hosts}`);
  },
  patienceMs: 100,
});

const mdnsPort = await findFreeUdpPort();
describeDiscovery('BonjourDiscovery', {
  create: () =>
    new BonjourDiscovery({
      log: () => {},
      mdnsPort,
      listInterfaces: () => listNetworkInterfaces().filter((one) => one.isOnLink('127.0.0.1')),
    }),
  patienceMs: 3000,
});
