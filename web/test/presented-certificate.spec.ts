import { whatWasPresented, type SecuredConnection } from '../src/app/calls/media/presented-certificate';

/** A connection that knows its certificate at the `certificateAt`th look and its version at the `versionAt`th. */
function connection(
  certificateAt: number,
  versionAt: number,
  closedAt = Infinity,
): SecuredConnection & { looks: number } {
  const der = Uint8Array.of(48, 130, 1).buffer;
  return {
    looks: 0,
    get connectionState(): RTCPeerConnectionState {
      this.looks += 1;
      return this.looks >= closedAt ? 'closed' : 'connected';
    },
    getSenders() {
      const certificates = this.looks >= certificateAt ? [der] : [];
      return [{ transport: { getRemoteCertificates: () => certificates } }] as unknown as RTCRtpSender[];
    },
    getStats() {
      const transport = { type: 'transport', ...(this.looks >= versionAt && { tlsVersion: 'FEFC' }) };
      return Promise.resolve(new Map([['T1', transport]]) as unknown as RTCStatsReport);
    },
  };
}

const pauses = () => {
  let waited = 0;
  return { pause: (ms: number) => Promise.resolve(void (waited += ms)), waited: () => waited };
};

describe('what the other side of a connection presented', () => {
  it.each([
    ['known at once', 1, 1],
    ['a certificate that is known later than the connection', 4, 1],
    ['a version that is known later, out of a reading that was kept', 1, 3],
  ])('is told when all of it is known: %s', async (_, certificateAt, versionAt) => {
    const asked = connection(certificateAt, versionAt);
    const told = await whatWasPresented(asked, pauses().pause);
    expect(told).toEqual({ certificate: Uint8Array.of(48, 130, 1), tls: 'FEFC' });
    expect(asked.looks).toBe(Math.max(certificateAt, versionAt));
  });

  it('is nothing, which proves nothing, where it is not known after five seconds', async () => {
    const { pause, waited } = pauses();
    expect(await whatWasPresented(connection(Infinity, 1), pause)).toEqual({
      certificate: new Uint8Array(0),
      tls: 'FEFC',
    });
    expect(waited()).toBeGreaterThanOrEqual(5_000);
    expect(waited()).toBeLessThan(5_100);
  });

  it('is not told of a connection that was closed meanwhile', async () => {
    expect(await whatWasPresented(connection(Infinity, Infinity, 3), pauses().pause)).toBeNull();
  });
});
