import type { Messenger, MessengerEvent } from '@secureconnect/client/messenger';

/**
 * The whole surface between the page and the Worker that holds the keys: what the messenger offers, as plain data. There is no
 * other way in; no call takes or gives a key, and none opens bytes that the page chose.
 */
export interface KeyringApi extends Omit<Messenger, 'subscribe' | 'close'> {
  /** Events go to the given function from now on. */
  listen(listener: (event: MessengerEvent) => void): void;
}

/** The messenger as the page gets it: these calls, by name, and nothing that might be added to it one day. */
export function keyringApi(messenger: Messenger): KeyringApi {
  return {
    restore: () => messenger.restore(),
    register: (input) => messenger.register(input),
    logIn: (input) => messenger.logIn(input),
    logOut: () => messenger.logOut(),
    unsent: () => messenger.unsent(),
    openConversation: (username) => messenger.openConversation(username),
    conversations: () => messenger.conversations(),
    messages: (conversationId, page) => messenger.messages(conversationId, page),
    send: (conversationId, body, replyTo) => messenger.send(conversationId, body, replyTo),
    retry: (messageId) => messenger.retry(messageId),
    discard: (messageId) => messenger.discard(messageId),
    markRead: (conversationId) => messenger.markRead(conversationId),
    lookAgain: (conversationId) => messenger.lookAgain(conversationId),
    acceptNewKeys: (userId) => messenger.acceptNewKeys(userId),
    recover: (input) => messenger.recover(input),
    startFresh: (input) => messenger.startFresh(input),
    hasRecoveryKey: () => messenger.hasRecoveryKey(),
    makeRecoveryKey: (password) => messenger.makeRecoveryKey(password),
    confirmRecoveryKey: (typed) => messenger.confirmRecoveryKey(typed),
    changePassword: (input) => messenger.changePassword(input),
    devices: () => messenger.devices(),
    renameDevice: (deviceId, name) => messenger.renameDevice(deviceId, name),
    revokeDevices: (devices) => messenger.revokeDevices(devices),
    privacy: () => messenger.privacy(),
    setPrivacy: (settings) => messenger.setPrivacy(settings),
    safetyCode: (userId) => messenger.safetyCode(userId),
    compareSafetyCode: (userId, scanned) => messenger.compareSafetyCode(userId, scanned),
    markVerified: (userId) => messenger.markVerified(userId),
    unmarkVerified: (userId) => messenger.unmarkVerified(userId),
    trustHistory: (userId) => messenger.trustHistory(userId),
    edit: (conversationId, messageId, body) => messenger.edit(conversationId, messageId, body),
    deleteForAll: (conversationId, messageId) => messenger.deleteForAll(conversationId, messageId),
    react: (conversationId, messageId, symbol) => messenger.react(conversationId, messageId, symbol),
    typing: (conversationId, isTyping) => messenger.typing(conversationId, isTyping),
    watchPresence: (userIds) => messenger.watchPresence(userIds),
    acceptRequest: (conversationId) => messenger.acceptRequest(conversationId),
    block: (userId) => messenger.block(userId),
    unblock: (userId) => messenger.unblock(userId),
    blocked: () => messenger.blocked(),
    findUser: (username) => messenger.findUser(username),
    createGroup: (name, usernames) => messenger.createGroup(name, usernames),
    group: (conversationId) => messenger.group(conversationId),
    addMember: (conversationId, username) => messenger.addMember(conversationId, username),
    removeMember: (conversationId, userId) => messenger.removeMember(conversationId, userId),
    setRole: (conversationId, userId, role) => messenger.setRole(conversationId, userId, role),
    renameGroup: (conversationId, name) => messenger.renameGroup(conversationId, name),
    leaveGroup: (conversationId) => messenger.leaveGroup(conversationId),
    placeCall: (conversationId, options) => messenger.placeCall(conversationId, options),
    callUnderway: (conversationId) => messenger.callUnderway(conversationId),
    joinCall: (conversationId, options) => messenger.joinCall(conversationId, options),
    acceptCall: (callId, options) => messenger.acceptCall(callId, options),
    declineCall: (callId) => messenger.declineCall(callId),
    hangUp: (callId) => messenger.hangUp(callId),
    muteCall: (callId, muted) => messenger.muteCall(callId, muted),
    currentCall: () => messenger.currentCall(),
    attachMedia: (port, frames) => messenger.attachMedia(port, frames),
    mediaHappened: (happening) => messenger.mediaHappened(happening),
    credits: () => messenger.credits(),
    connection: () => messenger.connection(),
    claimAdmin: (token) => messenger.claimAdmin(token),
    listUsers: (query) => messenger.listUsers(query),
    topups: () => messenger.topups(),
    requestTopup: (input) => messenger.requestTopup(input),
    withdrawTopup: (topupId) => messenger.withdrawTopup(topupId),
    topupQueue: (query) => messenger.topupQueue(query),
    decideTopups: (decisions) => messenger.decideTopups(decisions),
    listen: (listener) => void messenger.subscribe(listener),
  };
}
