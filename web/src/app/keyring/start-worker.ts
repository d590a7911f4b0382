interface ScriptUrlPolicy {
  createScriptURL(url: string): string;
}

interface TrustedTypes {
  createPolicy(name: string, rules: ScriptUrlPolicy): ScriptUrlPolicy;
}

/** Trusted Types' only gap in this app: a Worker's address. The policy admits addresses of our own origin and nothing else. */
const rules: ScriptUrlPolicy = {
  createScriptURL(url) {
    if (new URL(url).origin !== location.origin) throw new TypeError('a Worker comes from our own origin');
    return url;
  },
};

const trustedTypes = (globalThis as { readonly trustedTypes?: TrustedTypes }).trustedTypes;
const policy = trustedTypes?.createPolicy('secureconnect#worker', rules) ?? rules;

/** The builder bundles what is written as `new Worker(new URL(…))`; under that name the policy stands in between. */
const Worker = class extends globalThis.Worker {
  constructor(url: URL, options: WorkerOptions) {
    super(policy.createScriptURL(url.href), options);
  }
};

/** Starts the Worker that holds the keys. */
export function startWorker(): globalThis.Worker {
  return new Worker(new URL('./keyring.worker', import.meta.url), { type: 'module', name: 'keyring' });
}

/** Starts the Worker in which the frames of calls are sealed and opened. */
export function startFramesWorker(): globalThis.Worker {
  return new Worker(new URL('./frames.worker', import.meta.url), { type: 'module', name: 'frames' });
}
