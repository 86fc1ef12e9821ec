/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Queues that do not move although they should. The event thread looks at
 * them now and then, from outside: what it reads of a queue that a data
 * thread is polling is a snapshot, so that only what stays as it is for a
 * while counts.
 *
 *   Tx  the oldest completion does not come, and none behind it
 *   Rx  a slot is not done, one behind it is: its completion was lost
 *   Rx  a frame waits for an application that sleeps: its interrupt was lost
 */

#include <rte_cycles.h>

#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_rxtx.h"
#include "ice_mp_watch.h"

/** Time after which a sleeping application is woken again. */
#define WATCH_INTR_MS		100
/** Slots behind the next one that are looked at. */
#define WATCH_RX_AHEAD		64
/** Recoveries for the sake of one queue that helped nothing. */
#define WATCH_RECOVERIES	3

#define LOAD(at)	__atomic_load_n(&(at), __ATOMIC_RELAXED)

/* The queue is at this position. Where it was begun, it is not after a move. */
static void
is_at(struct ice_mp_watch *w, uint16_t at)
{
	if (w->at == at)
		return;
	w->at = at;
	w->since = 0;
	w->recoveries = 0;
}

/* Has it been there, in this state, for so long? */
static bool
lasts(struct ice_mp_watch *w, uint8_t state, uint64_t now, uint64_t ms)
{
	if (w->since == 0 || w->state != state) {
		w->since = now;
		w->state = state;
	}
	return now - w->since >= rte_get_timer_hz() * ms / 1000;
}

static enum ice_mp_verdict
hangs(struct ice_mp_port *port, struct ice_mp_watch *w, const char *what, uint16_t queue)
{
	w->since = 0;
	if (w->recoveries > WATCH_RECOVERIES)
		return ICE_MP_QUEUE_FINE;
	if (w->recoveries++ == WATCH_RECOVERIES) {
		PORT_LOG(port, ERR, "%s queue %u still hangs after %u resets: it is left alone.",
			 what, queue, WATCH_RECOVERIES);
		return ICE_MP_QUEUE_LOST;
	}
	PORT_LOG(port, ERR, "%s queue %u hangs.", what, queue);
	return ICE_MP_QUEUE_HANGS;
}

static bool
tx_done(const struct ice_mp_txq *q, uint16_t slot)
{
	return (__atomic_load_n(&q->hw_ring[LOAD(q->rs[slot])].qw1, __ATOMIC_RELAXED) &
		ICE_MP_TXD_DTYPE_M) == ICE_MP_TXD_DTYPE_DONE;
}

static enum ice_mp_verdict
watch_tx(struct ice_mp_port *port, struct ice_mp_txq *q, uint64_t now)
{
	uint16_t head = LOAD(q->rs_head), count = LOAD(q->rs_count), i;

	is_at(&q->watch, head);
	/* Without a link nothing needs to be sent. */
	if (count == 0 || port->data->dev_link.link_status == RTE_ETH_LINK_DOWN) {
		q->watch.since = 0;
		return ICE_MP_QUEUE_FINE;
	}
	if (!lasts(&q->watch, 0, now, port->pf->args.hang_ms))
		return ICE_MP_QUEUE_FINE;
	/* Done, but not fetched, is the application's own choice; done behind
	 * one that is not is found by the burst function. */
	for (i = 0; i < count && i < q->nb_desc; i++)
		if (tx_done(q, (head + i) % q->nb_desc))
			return ICE_MP_QUEUE_FINE;
	return hangs(port, &q->watch, "Tx", q->queue);
}

static bool
rx_done(const struct ice_mp_rxq *q, uint16_t slot)
{
	volatile union ice_mp_rx_desc *d = (volatile void *)ice_mp_rx_slot(q, q->hw_ring, slot);

	/* Status is the low half of this word, DD its lowest bit. */
	return __atomic_load_n(&d->qw[1], __ATOMIC_RELAXED) & ICE_MP_RX_S0_DD;
}

static enum ice_mp_verdict
watch_rx(struct ice_mp_port *port, struct ice_mp_rxq *q, uint64_t now)
{
	enum { WAITS = 1, HOLE = 2 };
	uint16_t next = LOAD(q->next), posted, i;

	is_at(&q->watch, next);
	if (rx_done(q, next)) {
		if ((port->rxq_intr & UINT64_C(1) << q->queue) != 0 &&
		    lasts(&q->watch, WAITS, now, WATCH_INTR_MS)) {
			ice_mp_intr_rxq_again(port, q->queue);
			__atomic_fetch_add(&q->intr_again, 1, __ATOMIC_RELAXED);
			q->watch.since = 0;
		}
		return ICE_MP_QUEUE_FINE;
	}
	/* Behind the posted slots are those that wait for buffers, done long ago. */
	posted = (LOAD(q->rearm_at) + 2 * q->nb_desc - 1 - next) % q->nb_desc;
	for (i = 1; i < posted && i <= WATCH_RX_AHEAD; i++)
		if (rx_done(q, (next + i) % q->nb_desc))
			break;
	if (i >= posted || i > WATCH_RX_AHEAD) {
		q->watch.since = 0;
		return ICE_MP_QUEUE_FINE;
	}
	if (port->pf->args.hang_ms == 0 ||
	    !lasts(&q->watch, HOLE, now, port->pf->args.hang_ms))
		return ICE_MP_QUEUE_FINE;
	return hangs(port, &q->watch, "Rx", q->queue);
}

enum ice_mp_verdict
ice_mp_watch_port(struct ice_mp_port *port)
{
	const struct rte_eth_dev_data *data = port->data;
	uint64_t now = rte_get_timer_cycles() | 1;
	enum ice_mp_verdict worst = ICE_MP_QUEUE_FINE, v;
	uint16_t i;

	if (port->state != ICE_MP_PORT_STARTED)
		return ICE_MP_QUEUE_FINE;
	if ((port->rx_offloads & RTE_ETH_RX_OFFLOAD_TIMESTAMP) != 0)
		ice_mp_clock_tick(port);
	for (i = 0; i < data->nb_tx_queues && port->pf->args.hang_ms != 0; i++) {
		if (data->tx_queue_state[i] != RTE_ETH_QUEUE_STATE_STARTED)
			continue;
		v = watch_tx(port, data->tx_queues[i], now);
		worst = RTE_MAX(worst, v);
	}
	for (i = 0; i < data->nb_rx_queues; i++) {
		if (data->rx_queue_state[i] != RTE_ETH_QUEUE_STATE_STARTED)
			continue;
		v = watch_rx(port, data->rx_queues[i], now);
		worst = RTE_MAX(worst, v);
	}
	return worst;
}
