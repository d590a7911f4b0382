import { ConnectedSocket, MessageBody, SubscribeMessage } from '@nestjs/websockets';
import {
  CallAlive,
  CallConnected,
  type CallDoneOutcome,
  type CallMembersOutcome,
  FindCall,
  type FindCallOutcome,
  JoinCall,
  LeaveCall,
  StartCall,
  type StartCallOutcome,
  TurnCredentials,
  type TurnCredentialsOutcome,
} from '@secureconnect/contracts/calls';
import { ServiceConfig } from '@secureconnect/platform/config/service-config';
import { Violation } from '@secureconnect/platform/problem/violation';
import { CallerGateway } from '@secureconnect/platform/redis-io/caller-gateway';
import { UserBudgets } from '@secureconnect/platform/throttle/user-budgets';
import type { SignalingSocket } from '../relay/rooms.js';
import type { SignalingEnvironment } from '../settings.js';
import { Calls } from './calls.js';

@CallerGateway()
export class CallsGateway {
  constructor(
    private readonly calls: Calls,
    private readonly config: ServiceConfig<SignalingEnvironment>,
    private readonly budgets: UserBudgets,
  ) {}

  @SubscribeMessage('call:start')
  start(
    @ConnectedSocket() socket: SignalingSocket,
    @MessageBody({ schema: StartCall }) body: StartCall,
  ): Promise<StartCallOutcome> {
    const { CALL_BURST: burst, CALLS_PER_SECOND: perSecond } = this.config.env;
    this.#spend(socket, 'calls', { burst, perSecond });
    return this.calls.start(socket, body);
  }

  @SubscribeMessage('call:join')
  join(
    @ConnectedSocket() socket: SignalingSocket,
    @MessageBody({ schema: JoinCall }) body: JoinCall,
  ): Promise<CallMembersOutcome> {
    this.#spendCommand(socket);
    return this.calls.join(socket, body);
  }

  @SubscribeMessage('call:find')
  find(
    @ConnectedSocket() socket: SignalingSocket,
    @MessageBody({ schema: FindCall }) body: FindCall,
  ): Promise<FindCallOutcome> {
    this.#spendCommand(socket);
    return this.calls.find(socket, body.conversationId);
  }

  @SubscribeMessage('call:connected')
  connected(
    @ConnectedSocket() socket: SignalingSocket,
    @MessageBody({ schema: CallConnected }) body: CallConnected,
  ): Promise<CallDoneOutcome> {
    this.#spendCommand(socket);
    return this.calls.connected(socket, body);
  }

  @SubscribeMessage('call:alive')
  alive(
    @ConnectedSocket() socket: SignalingSocket,
    @MessageBody({ schema: CallAlive }) body: CallAlive,
  ): Promise<CallMembersOutcome> {
    this.#spendCommand(socket);
    return this.calls.join(socket, body);
  }

  @SubscribeMessage('call:leave')
  leave(
    @ConnectedSocket() socket: SignalingSocket,
    @MessageBody({ schema: LeaveCall }) body: LeaveCall,
  ): Promise<CallDoneOutcome> {
    this.#spendCommand(socket);
    return this.calls.leave(socket, body);
  }

  @SubscribeMessage('turn:credentials')
  turn(
    @ConnectedSocket() socket: SignalingSocket,
    @MessageBody({ schema: TurnCredentials }) body: TurnCredentials,
  ): Promise<TurnCredentialsOutcome> {
    this.#spendCommand(socket);
    return this.calls.turn(socket, body);
  }

  #spendCommand(socket: SignalingSocket): void {
    const { CALL_COMMAND_BURST: burst, CALL_COMMANDS_PER_SECOND: perSecond } = this.config.env;
    this.#spend(socket, 'call-commands', { burst, perSecond });
  }

  #spend(socket: SignalingSocket, kind: string, rate: { readonly burst: number; readonly perSecond: number }): void {
    const retryAfterSeconds = this.budgets.take(socket.data.userId, kind, rate);
    if (retryAfterSeconds > 0) throw new Violation('throttled', { retryAfterSeconds });
  }
}
