import { ConnectedSocket, MessageBody, SubscribeMessage, type OnGatewayConnection } from '@nestjs/websockets';
import { SendSignal, type SendSignalOutcome } from '@secureconnect/contracts/signaling';
import { ServiceConfig } from '@secureconnect/platform/config/service-config';
import { Violation } from '@secureconnect/platform/problem/violation';
import { CallerGateway } from '@secureconnect/platform/redis-io/caller-gateway';
import { UserBudgets } from '@secureconnect/platform/throttle/user-budgets';
import type { SignalingEnvironment } from '../settings.js';
import { Relay } from './relay.js';
import { Rooms, type SignalingSocket } from './rooms.js';

@CallerGateway()
export class SignalsGateway implements OnGatewayConnection<SignalingSocket> {
  constructor(
    private readonly relay: Relay,
    private readonly rooms: Rooms,
    private readonly config: ServiceConfig<SignalingEnvironment>,
    private readonly budgets: UserBudgets,
  ) {}

  /** Welcomes a device only when it can be rung from every replica. */
  async handleConnection(socket: SignalingSocket): Promise<void> {
    await this.rooms.enter(socket);
    socket.emit('session:welcome', { replicaId: this.config.replicaId, serverTimeMs: Date.now() });
  }

  @SubscribeMessage('signal:send')
  send(
    @ConnectedSocket() socket: SignalingSocket,
    @MessageBody({ schema: SendSignal }) signal: SendSignal,
  ): Promise<SendSignalOutcome> {
    const { SIGNAL_BURST: burst, SIGNALS_PER_SECOND: perSecond } = this.config.env;
    const retryAfterSeconds = this.budgets.take(socket.data.userId, 'signals', { burst, perSecond });
    if (retryAfterSeconds > 0) throw new Violation('throttled', { retryAfterSeconds });
    return this.relay.send(socket, signal);
  }
}
