/*
 * QoS 1 and 2 over connections that break at any moment: the sender's and the receiver's rules as
 * dev.pipit.mqtt.session keeps them (InFlight, Outbound; InboundExactlyOnce), every interleaving.
 *
 *   -DQOS=1|2            which
 *   -DLOSS               a break may also cost the receiver its session
 *   -DMUTANT=n           a rule broken on purpose: the model has to find it
 *      1  the identifier is free again after PUBREC                          (QoS 2: lost or twice)
 *      2  after a reconnect PUBLISH is sent again where PUBREC had come      (QoS 2: twice)
 *      3  the receiver forgets the identifiers with the connection           (QoS 2: twice)
 *      4  a PUBREL for an unknown identifier is not answered                 (QoS 2: stuck)
 *      5  nothing is sent again after a reconnect                            (stuck)
 *      6  what is sent again follows what is new                             (out of order)
 *      7  without a session nothing is published anew                        (with LOSS: lost)
 *
 * SessionModelCheckTest runs all of them.
 */
#ifndef QOS
#define QOS 2
#endif
#ifndef MUTANT
#define MUTANT 0
#endif
#define MESSAGES 3
#define WINDOW 2
#define BREAKS 3

mtype = { PUBLISH, PUBACK, PUBREC, PUBREL, PUBCOMP };
mtype = { QUEUED, SENT, RELEASED, SETTLED };

/* One connection: ordered, nothing lost before it breaks. */
chan toReceiver = [8] of { mtype, byte, byte };
chan toSender = [8] of { mtype, byte };

/* The sender's session. */
mtype state[MESSAGES];
byte identifier[MESSAGES];
bool used[WINDOW];
byte next;
byte settled;

/* The sender's connection. */
bool resending;
byte resendAt;
bool sessionLost;

/* The receiver's session, and what its application heard. */
bool known[WINDOW];
byte heard[MESSAGES];
byte highest;

inline drain() {
  do
  :: toReceiver?[_, _, _] -> toReceiver?_, _, _
  :: empty(toReceiver) -> break
  od;
  do
  :: toSender?[_, _] -> toSender?_, _
  :: empty(toSender) -> break
  od
}

inline forget() {
  k = 0;
  do
  :: k < WINDOW -> known[k] = false; k++
  :: else -> break
  od
}

/* Cuts the connection a few times, at any moment. The next one stands at once. */
active proctype Network() {
  byte breaks = 0;
  byte k;
  do
  :: breaks < BREAKS && settled < MESSAGES ->
     atomic {
       breaks++;
       drain();
       resending = true;
       resendAt = 0;
#if MUTANT == 3
       forget();
#endif
#ifdef LOSS
       if
       :: forget(); sessionLost = true
       :: skip
       fi;
#endif
       k = 0
     }
  :: break
  od
}

inline take(m) {
  if
  :: !used[0] -> identifier[m] = 0
  :: used[0] && !used[1] -> identifier[m] = 1
  fi;
  used[identifier[m]] = true
}

inline settle(m) {
  state[m] = SETTLED;
#if MUTANT != 1
  used[identifier[m]] = false;
#else
  if
  :: QOS == 1 -> used[identifier[m]] = false
  :: else -> skip
  fi;
#endif
  settled++
}

/* Which message holds the identifier; MESSAGES: none. */
inline find(id) {
  m = 0;
  do
  :: m < MESSAGES && !((state[m] == SENT || state[m] == RELEASED) && identifier[m] == id) -> m++
  :: else -> break
  od
}

inline requeue() {
  m = 0;
  do
  :: m < MESSAGES ->
     if
     :: state[m] == SENT || state[m] == RELEASED ->
#if MUTANT == 7
        settle(m)
#else
        used[identifier[m]] = false;
        state[m] = QUEUED
#endif
     :: else -> skip
     fi;
     m++
  :: else -> break
  od;
  sessionLost = false
}

inline sendAgain(m) {
  if
  :: state[m] == QUEUED -> take(m); state[m] = SENT; toReceiver!PUBLISH, identifier[m], m
#if MUTANT == 5
  :: state[m] == SENT || state[m] == RELEASED -> skip
#else
  :: state[m] == SENT -> toReceiver!PUBLISH, identifier[m], m
#if MUTANT == 2
  :: state[m] == RELEASED -> toReceiver!PUBLISH, identifier[m], m
#else
  :: state[m] == RELEASED -> toReceiver!PUBREL, identifier[m], m
#endif
#endif
  :: state[m] == SETTLED -> skip
  fi
}

active proctype Sender() {
  byte m;
  byte id;
  do
  :: atomic {
       resending ->
       if
       :: sessionLost -> requeue()
       :: !sessionLost && resendAt < next -> sendAgain(resendAt); resendAt++
       :: !sessionLost && resendAt >= next -> resending = false
       fi;
       m = 0; id = 0
     }
#if MUTANT == 6
  :: atomic { next < MESSAGES && !(used[0] && used[1]) ->
#else
  :: atomic { !resending && next < MESSAGES && !(used[0] && used[1]) ->
#endif
       take(next);
       state[next] = SENT;
       toReceiver!PUBLISH, identifier[next], next;
       next++
     }
  :: atomic { toSender?PUBACK, id ->
       find(id);
       if
       :: m < MESSAGES -> assert(state[m] == SENT); settle(m)
       :: else -> skip
       fi;
       m = 0; id = 0
     }
  :: atomic { toSender?PUBREC, id ->
       find(id);
       if
       :: m < MESSAGES -> state[m] = RELEASED;
#if MUTANT == 1
          used[id] = false;
#endif
          toReceiver!PUBREL, id, m
       :: else -> toReceiver!PUBREL, id, 0
       fi;
       m = 0; id = 0
     }
  :: atomic { toSender?PUBCOMP, id ->
       find(id);
       if
       :: m < MESSAGES -> assert(state[m] == RELEASED); settle(m)
       :: else -> skip
       fi;
       m = 0; id = 0
     }
  :: settled == MESSAGES -> break
  od;
  m = 0;
  do
  :: m < MESSAGES -> assert(heard[m] >= 1); m++
  :: else -> break
  od
}

inline deliver(m) {
  if
  :: heard[m] == 0 -> assert(m == highest); highest++
  :: else -> skip
  fi;
  heard[m]++
#if QOS == 2
#ifndef LOSS
  ; assert(heard[m] == 1)
#endif
#endif
}

active proctype Receiver() {
  byte id;
  byte m;
end:
  do
  :: atomic { toReceiver?PUBLISH, id, m ->
#if QOS == 1
       deliver(m);
       toSender!PUBACK, id;
#else
       if
       :: known[id] -> skip
       :: else -> known[id] = true; deliver(m)
       fi;
       toSender!PUBREC, id;
#endif
       id = 0; m = 0
     }
  :: atomic { toReceiver?PUBREL, id, m ->
#if MUTANT == 4
       if
       :: known[id] -> toSender!PUBCOMP, id
       :: else -> skip
       fi;
       known[id] = false;
#else
       known[id] = false;
       toSender!PUBCOMP, id;
#endif
       id = 0; m = 0
     }
  od
}
