import { plural } from './plural';

/** Words for calls. */
export const calls = {
  call: (name: string) => `Call ${name}`,
  callBusy: 'You are in a call.',
  incoming: 'Incoming call',
  isCalling: (name: string) => `${name} is calling`,
  stranger: 'You have not written with them yet. They will not see your address.',
  accept: 'Accept',
  decline: 'Decline',
  hangUp: 'Hang up',
  with: (name: string) => `Call with ${name}`,
  open: 'Open the call',
  makeSmall: 'Make it small',

  phases: {
    calling: 'Calling',
    ringing: 'Ringing',
    connecting: 'Connecting',
    connected: 'Connected',
    reconnecting: 'Reconnecting',
    ended: 'Call ended',
  },
  reconnecting: 'The connection is being found again. Stay on the line.',
  lasts: (time: string) => `In the call for ${time}`,

  ends: {
    'hung-up': 'The call is over.',
    cancelled: 'The call was cancelled.',
    declined: 'They declined the call.',
    busy: 'They are in another call. Write to them, or try again later.',
    'no-answer': 'Nobody answered. They will see that you called.',
    'answered-elsewhere': 'Answered on another of your devices.',
    'not-proven':
      'Somebody may stand between you: the keys of this call were not theirs. It was ended before any sound. Compare safety numbers, then try again.',
    'no-microphone': 'This browser gave no microphone. Allow it for this page, then call again.',
    'no-path': 'No way was found from your network to theirs. Try another network, or write.',
    unreachable: 'The server could not carry the call. Try again in a moment.',
    full: 'Eight people are in this call, and that is as many as it holds.',
  },

  mute: 'Mute',
  unmute: 'Unmute',
  muteHint: 'M',
  youAreMuted: 'You are muted. Nobody hears you.',
  isMuted: (name: string) => `${name} is muted`,
  speaking: (name: string) => `${name} speaks`,
  yourLevel: 'How loud you are',
  theirLevel: (name: string) => `How loud ${name} is`,

  devices: 'Microphone and loudspeaker',
  microphone: 'Microphone',
  loudspeaker: 'Loudspeaker',
  systemDevice: 'The system’s own',
  deviceNumbered: (kind: string, count: number) => `${kind} ${count}`,
  deviceFailed: 'This microphone could not be opened. The one before goes on.',

  code: 'Compare with them',
  codeWhy: (name: string) => `If ${name} sees the same seven, nobody stands between you. Read them to each other.`,
  codeWaiting: 'The seven to compare are being made.',
  sealed: 'Every sound is sealed twice, with keys of this call.',
  unsealed: 'This browser cannot seal sounds a second time. They are encrypted between you two all the same.',

  direct: 'Direct',
  relayed: 'Relayed',
  directWhy: 'From your device to theirs. Each of you can see the other’s address.',
  relayedWhy: 'Relayed through your server. Your address stays private; the sound stays encrypted.',
  relayOnly: 'Keep my address private in calls',
  relayOnlyWhy: 'Sound goes through the server’s relay. It stays encrypted, and takes a little longer.',

  quality: 'Quality',
  grades: {
    good: 'Good: you should hear each other well.',
    fair: 'Fair: a word may be lost now and then.',
    poor: 'Poor: words are lost. Come closer to your router, or try another network.',
  },
  figures: {
    roundTrip: 'There and back',
    loss: 'Lost on the way',
    jitter: 'Unsteadiness',
    path: 'Path',
    codec: 'Sound',
  },
  milliseconds: (count: number) => `${count} ms`,
  percent: (count: number) => `${count} %`,
  unknown: '–',
  overTime: (seconds: number) => `Round trip over the last ${plural(seconds, 'second', 'seconds')}`,

  missed: 'Missed call',
  unanswered: 'Call, nobody answered',
  wasDeclined: 'Call, declined',
  wasCall: (time: string) => `Call, ${time}`,
};
