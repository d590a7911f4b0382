/// <reference lib="webworker" />
import type { FrameOrder } from '@secureconnect/client/calls/frame-orders';
import { type EncodedFrame, FrameWorker } from '@secureconnect/client/calls/frame-worker';

declare const self: DedicatedWorkerGlobalScope;

const frames = new FrameWorker(() => performance.now());

// the port to the messenger's Worker, handed through by the page, which keeps no end of it
self.onmessage = ({ data }: MessageEvent<{ readonly keys: MessagePort }>) => {
  data.keys.onmessage = (order: MessageEvent<FrameOrder>) => frames.take(order.data);
};

self.onrtctransform = ({ transformer }: RTCTransformEvent) => {
  const { linkId, side } = transformer.options as { readonly linkId: string; readonly side: 'send' | 'receive' };
  const work = new TransformStream<EncodedFrame, EncodedFrame>({
    async transform(frame, controller) {
      const bytes = new Uint8Array(frame.data);
      const done = await (side === 'send' ? frames.seal(linkId, bytes) : frames.open(linkId, bytes));
      if (done === null) return;
      frame.data = done.buffer;
      controller.enqueue(frame);
    },
  });
  const readable = transformer.readable as ReadableStream<EncodedFrame>;
  void readable
    .pipeThrough(work)
    .pipeTo(transformer.writable as WritableStream<EncodedFrame>)
    .catch(() => undefined);
};
