import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_ADDRESSES } from './discovery.ts';
import { MAX_RECORDS, type MdnsRecord, readSightings, SERVICE_NAME } from './mdns-packet.ts';
import type { NetworkInterface } from './network-interfaces.ts';

const network: NetworkInterface = {
  name: 'lan0',
  ipv4: '10.1.0.1',
  addresses: ['10.1.0.1'],
  isOnLink: (address) => address.startsWith('10.1.') || address.startsWith('fd01::'),
};

const SOURCE = '10.1.0.2';

function makeRecords(tag: string, addresses: readonly string[] = [SOURCE], ttl = 120): MdnsRecord[] {
  const name = `${tag}.${SERVICE_NAME}`;
  return [
    { type: 'PTR', name: SERVICE_NAME, ttl, data: name },
    { type: 'SRV', name, ttl, data: { port: 3120, target: `${tag}.local` } },
    {
      type: 'TXT',
      name,
      ttl,
      data: ['v=1', 'id=0123456789ABCDEFGHJK', 'n=Boat', 'k=laptop'].map((entry) => Buffer.from(entry)),
    },
    ...addresses.map((data) => ({
      type: data.includes(':') ? 'AAAA' : 'A',
      name: `${tag}.local`,
      ttl,
      data,
    })),
  ];
}

const read = (answers: readonly MdnsRecord[], source = SOURCE) =>
  readSightings({ answers, additionals: [] }, source, network);

describe('readSightings', () => {
  it('reads an answer, whatever its case and wherever its records are', () => {
    const [pointer, ...others] = makeRecords('abc', ['10.1.0.2', 'fd01::2']);
    const answers = [{ ...pointer, name: SERVICE_NAME.toUpperCase() } as MdnsRecord];
    expect(readSightings({ answers, additionals: others }, SOURCE, network)).toEqual([
      {
        kind: 'seen',
        sighting: {
          tag: 'abc',
          shortId: '0123456789ABCDEFGHJK',
          name: 'Boat',
          kind: 'laptop',
          port: 3120,
          addresses: ['10.1.0.2', 'fd01::2'],
          interfaceName: 'lan0',
        },
      },
    ]);
  });

  it('reads a goodbye', () => {
    expect(read(makeRecords('abc', [], 0))).toEqual([{ kind: 'left', tag: 'abc' }]);
  });

  it('drops senders and addresses beyond the link', () => {
    expect(read(makeRecords('abc'), '192.0.2.9')).toEqual([]);
    const [change] = read(
      makeRecords('abc', ['192.0.2.9', '127.0.0.1', '224.0.0.251', 'fe80::1', 'junk', '10.1.0.3']),
    );
    expect(change).toMatchObject({ sighting: { addresses: ['10.1.0.2', '10.1.0.3'] } });
  });

  it('takes only so many addresses', () => {
    const many = Array.from({ length: 40 }, (_, index) => `10.1.1.${index}`);
    const [change] = read(makeRecords('abc', many));
    expect(change?.kind === 'seen' && change.sighting.addresses.length).toBe(MAX_ADDRESSES);
  });

  it('drops packets with more records than any honest one', () => {
    const flood = Array.from(
      { length: MAX_RECORDS },
      (): MdnsRecord => ({ type: 'A', name: 'x', data: '10.1.0.9' }),
    );
    expect(read([...makeRecords('abc'), ...flood])).toEqual([]);
  });

  it.each([
    [
      'another service',
      makeRecords('abc').map((record) => ({ ...record, name: record.name.replace('ferry', 'other') })),
    ],
    ['a tag with a dot', makeRecords('a.b')],
    ['a long tag', makeRecords('a'.repeat(64))],
    [
      'port 0',
      makeRecords('abc').map((record) =>
        record.type === 'SRV' ? { ...record, data: { port: 0, target: 'abc.local' } } : record,
      ),
    ],
    ['no SRV', makeRecords('abc').filter((record) => record.type !== 'SRV')],
    ['no TXT', makeRecords('abc').filter((record) => record.type !== 'TXT')],
  ])('ignores %s', (_name, records) => {
    expect(read(records)).toEqual([]);
  });

  it('survives any records', () => {
    const record = fc.record({
      type: fc.constantFrom('PTR', 'SRV', 'TXT', 'A', 'AAAA', 'OPT', 'UNKNOWN_7'),
      name: fc.constantFrom(SERVICE_NAME, `abc.${SERVICE_NAME}`, 'abc.local', '.', ''),
      ttl: fc.nat(200),
      data: fc.oneof(
        fc.constantFrom<unknown>(`abc.${SERVICE_NAME}`, undefined, null, { port: 80, target: 'abc.local' }),
        fc.anything(),
        fc.array(fc.uint8Array({ maxLength: 300 })),
      ),
    });
    fc.assert(
      fc.property(fc.array(record, { maxLength: 70 }), (records) => {
        for (const change of read(records))
          expect(change.kind === 'left' || change.sighting.addresses.length > 0).toBe(true);
      }),
    );
  });
});
