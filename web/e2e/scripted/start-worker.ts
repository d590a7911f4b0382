interface ScriptUrlPolicy {
  createScriptURL(url: string): string;
}

interface TrustedTypes {
  createPolicy(name: string, rules: ScriptUrlPolicy): ScriptUrlPolicy;
}

const rules: ScriptUrlPolicy = { createScriptURL: (url) => url };
const trustedTypes = (globalThis as { readonly trustedTypes?: TrustedTypes }).trustedTypes;
const policy = trustedTypes?.createPolicy('secureconnect#worker', rules) ?? rules;

const Worker = class extends globalThis.Worker {
  constructor(url: URL, options: WorkerOptions) {
    super(policy.createScriptURL(url.href), options);
  }
};

/** Stands in the place of keyring/start-worker in the build for page tests: the same page, before a messenger that follows a script. */
export function startWorker(): globalThis.Worker {
  const scenario = sessionStorage.getItem('scenario') ?? 'signed-out';
  return new Worker(new URL('./scripted.worker', import.meta.url), { type: 'module', name: scenario });
}

/** No call of the script has frames. */
export function startFramesWorker(): globalThis.Worker {
  throw new Error('the script has no frames');
}
