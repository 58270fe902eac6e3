/** Prints every packet of the mDNS group as a JSON line, payload in base64, until it is killed. */
import { createSocket } from 'node:dgram';

const socket = createSocket({ type: 'udp4', reuseAddr: true });
socket.on('message', (packet, sender) => {
  process.stdout.write(
    `${JSON.stringify({ kind: 'packet', from: sender.address, base64: packet.toString('base64') })}\n`,
  );
});
socket.bind(5353, '0.0.0.0', () => {
  socket.addMembership('224.0.0.251', process.argv[2]);
  process.stdout.write('{"kind":"ready"}\n');
});
