/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * What happens when the device resets by itself: the state machine drawn at
 * enum ice_mp_pf_state, run through in the event thread.
 *
 * Applications know it as ethdev's proactive recovery: ERR_RECOVERING, then
 * burst functions that do nothing, then RECOVERY_SUCCESS with everything as
 * configured, or RECOVERY_FAILED and INTR_RMV. Control calls they make in
 * between wait, or find the hardware gone (ice_mp_ctl.c).
 *
 * The control lock is held wherever ports are changed, port by port, and not
 * while the device or an application takes its time.
 */

#include <errno.h>
#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <rte_cycles.h>

#include "ice_mp_adminq.h"
#include "ice_mp_ctl.h"
#include "ice_mp_event.h"
#include "ice_mp_event_priv.h"
#include "ice_mp_log.h"
#include "ice_mp_pf.h"
#include "ice_mp_port.h"
#include "ice_mp_rxtx.h"
#include "ice_mp_vf.h"

/** A reset in the middle of a recovery, or a failure, starts it again this
 * often, and for this long. */
#define RECOVERY_TRIES		6
#define RECOVERY_MS		20000
/** Time a data thread has to leave a burst function it is in: it may not
 * be scheduled for a while. */
#define RECOVERY_QUIESCE_MS	5000
/** Time one that runs has to end its burst before the function is reset. */
#define RECOVERY_BURST_US	10000

static const char * const state_names[] = {
	[ICE_MP_PF_RUNNING] = "running",
	[ICE_MP_PF_PREPARE] = "prepare",
	[ICE_MP_PF_WAIT] = "wait",
	[ICE_MP_PF_REBUILD] = "rebuild",
	[ICE_MP_PF_FAILED] = "failed",
};

static void
recovery_state(struct ice_mp_pf *pf, enum ice_mp_pf_state state)
{
	ICE_MP_ASSERT(ice_mp_event_in_turn(pf));
	PF_LOG(pf, INFO, "Reset: %s -> %s.", state_names[pf->state], state_names[state]);
	ice_mp_ctl_state(pf, state);
}

/* Queues of a port that is not started are parked and may be coming and
 * going in a control call. */
static void
port_quiesce(struct ice_mp_port *port, void *arg __rte_unused)
{
	struct rte_eth_dev *dev = ice_mp_port_dev(port);

	if (port->state != ICE_MP_PORT_STARTED)
		return;
	/* Only in ethdev's table: what the ethdev has must be good afterwards. */
	ice_mp_publish_burst(dev, rte_eth_pkt_burst_dummy, rte_eth_pkt_burst_dummy);
	ice_mp_queues_park(dev);
}

/* Every CPU sees the stores before, and its stores are seen after. */
static void
recovery_barrier(void)
{
	if (syscall(__NR_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0) != 0)
		rte_delay_us_sleep(1000);	/* store buffers drain in far less */
}

static void
port_idle(struct ice_mp_port *port, void *arg)
{
	bool *idle = arg;

	if (port->state == ICE_MP_PORT_STARTED)
		*idle = *idle && ice_mp_queues_idle(ice_mp_port_dev(port));
}

/* After the barrier: no data thread is in a burst function when this returns 0. */
static int
recovery_quiesce(struct ice_mp_pf *pf)
{
	unsigned int ms;
	bool idle;

	for (ms = 0; ; ms++) {
		idle = true;
		ice_mp_ctl_lock(pf);
		ice_mp_event_foreach(pf, port_idle, &idle);
		ice_mp_ctl_unlock(pf);
		if (idle)
			return 0;
		if (ms == RECOVERY_QUIESCE_MS)
			break;
		rte_delay_us_sleep(1000);
	}
	PF_LOG(pf, ERR, "A data thread does not leave its burst function.");
	return -EBUSY;
}

/* Which queues run is remembered until they run again: a reset may come in
 * between. */
static void
port_lost(struct ice_mp_port *port, void *arg __rte_unused)
{
	struct rte_eth_dev *dev = ice_mp_port_dev(port);
	const struct rte_eth_dev_data *data = dev->data;
	uint16_t q;

	if (port->state == ICE_MP_PORT_STARTED) {
		for (q = 0; q < data->nb_rx_queues; q++)
			if (data->rx_queue_state[q] == RTE_ETH_QUEUE_STATE_STARTED)
				port->rxq_resume |= UINT64_C(1) << q;
		for (q = 0; q < data->nb_tx_queues; q++)
			if (data->tx_queue_state[q] == RTE_ETH_QUEUE_STATE_STARTED)
				port->txq_resume |= UINT64_C(1) << q;
		ice_mp_queues_lost(dev);
	}
	ice_mp_port_hw_lost(port);
}

static void
port_tell(struct ice_mp_port *port, void *arg)
{
	const enum rte_eth_event_type *type = arg;

	if (port->removed)
		return;
	rte_eth_dev_callback_process(ice_mp_port_dev(port), *type, NULL);
}

/* How it went. A port that is gone is told once. */
static void
port_tell_end(struct ice_mp_port *port, void *arg __rte_unused)
{
	if (port->removed)
		return;
	rte_eth_dev_callback_process(ice_mp_port_dev(port), port->gone ?
				     RTE_ETH_EVENT_RECOVERY_FAILED :
				     RTE_ETH_EVENT_RECOVERY_SUCCESS, NULL);
}

static void
port_tell_removed(struct ice_mp_port *port, void *arg)
{
	const bool *all = arg;

	if (port->removed || !(*all || port->gone))
		return;
	port->removed = true;
	rte_eth_dev_callback_process(ice_mp_port_dev(port), RTE_ETH_EVENT_INTR_RMV, NULL);
}

/* A queue may be set up anew just now. */
static int
port_queues_resume(struct ice_mp_port *port)
{
	struct rte_eth_dev *dev = ice_mp_port_dev(port);
	uint16_t q;
	int rc = 0;

	for (q = 0; q < dev->data->nb_tx_queues && rc == 0; q++)
		if ((port->txq_resume & UINT64_C(1) << q) && dev->data->tx_queues[q] != NULL)
			rc = ice_mp_tx_queue_start(dev, q);
	for (q = 0; q < dev->data->nb_rx_queues && rc == 0; q++)
		if ((port->rxq_resume & UINT64_C(1) << q) && dev->data->rx_queues[q] != NULL)
			rc = ice_mp_rx_queue_start(dev, q);
	return rc;
}

/* A port closed meanwhile is not met here; one stopped meanwhile is. */
static void
port_rebuild(struct ice_mp_port *port, void *arg)
{
	struct rte_eth_dev *dev = ice_mp_port_dev(port);
	int *rc = arg;

	if (*rc != 0 || port->gone)
		return;
	ice_mp_ctl_lock(port->pf);
	*rc = ice_mp_port_hw_replay(port);
	if (*rc != 0 || port->state != ICE_MP_PORT_STARTED)
		goto out;
	*rc = ice_mp_intr_port_start(dev);
	if (*rc == 0)
		*rc = port_queues_resume(port);
	if (*rc == 0)
		ice_mp_intr_port_resume(dev);
	else
		PORT_LOG(port, ERR, "The queues do not start again: %s.", rte_strerror(-*rc));
out:
	ice_mp_ctl_unlock(port->pf);
}

static void
port_resume(struct ice_mp_port *port, void *arg __rte_unused)
{
	struct rte_eth_dev *dev = ice_mp_port_dev(port);

	port->rxq_resume = 0;
	port->txq_resume = 0;
	if (port->state == ICE_MP_PORT_STARTED && !port->gone)
		ice_mp_publish_burst(dev, dev->rx_pkt_burst, dev->tx_pkt_burst);
}

static void
port_link(struct ice_mp_port *port, void *arg)
{
	const bool *lost = arg;

	if (*lost)
		ice_mp_event_link_lost(port);
	else
		ice_mp_event_link(port);
}

static int
recovery_rebuild(struct ice_mp_pf *pf)
{
	int rc;

	/* The opt-in, which takes effect with a reset of the function. */
	rc = ice_mp_pf_reset(pf);
	if (rc != 0)
		return rc;
	ice_mp_ctl_lock(pf);
	ice_mp_ctl_new_epoch(pf);
	ice_mp_event_foreach(pf, port_lost, NULL);
	ice_mp_ctl_unlock(pf);
	rc = ice_mp_aq_start(pf);
	if (rc == 0)
		rc = ice_mp_pf_rediscover(pf);
	if (rc == 0)
		ice_mp_event_foreach(pf, port_rebuild, &rc);
	if (rc == 0) {
		ice_mp_ctl_lock(pf);
		ice_mp_vf_rebuild(pf);
		ice_mp_ctl_unlock(pf);
	}
	/* What was rebuilt without an error may have been so in vain. */
	if (rc == 0 && (ice_mp_in_reset(pf) || !ice_mp_aq_alive(pf)))
		rc = -EAGAIN;
	if (rc != 0)
		ice_mp_aq_lost(pf);
	return rc;
}

/* A burst under way ends with a doorbell, which the queue should still be there
 * for. One that is not scheduled is not waited for here. Lock held. */
static void
recovery_bursts_end(struct ice_mp_pf *pf)
{
	unsigned int us;
	bool idle;

	recovery_barrier();
	for (us = 0; us < RECOVERY_BURST_US; us += 10) {
		idle = true;
		ice_mp_event_foreach(pf, port_idle, &idle);
		if (idle)
			return;
		rte_delay_us_sleep(10);
	}
}

/* Nothing of the device is used any more when this returns, and the device
 * uses nothing of ours: from here on ports may be stopped and closed, and
 * their buffers go back. An AdminQ that died alone leaves the queues running,
 * hence the reset. */
static void
recovery_prepare(struct ice_mp_pf *pf)
{
	ice_mp_ctl_lock(pf);
	recovery_state(pf, ICE_MP_PF_PREPARE);
	ice_mp_ctl_new_epoch(pf);
	ice_mp_vf_prepare(pf);
	ice_mp_aq_lost(pf);
	ice_mp_event_foreach(pf, port_quiesce, NULL);
	recovery_bursts_end(pf);
	ice_mp_pf_quiet(pf);
	ice_mp_ctl_unlock(pf);
}

static void
recovery_enter(struct ice_mp_pf *pf, enum ice_mp_pf_state state)
{
	ice_mp_ctl_lock(pf);
	recovery_state(pf, state);
	ice_mp_ctl_unlock(pf);
}

static int
recovery_run(struct ice_mp_pf *pf)
{
	uint64_t end = rte_get_timer_cycles() + rte_get_timer_hz() * RECOVERY_MS / 1000;
	unsigned int turn;
	int rc;

	rc = recovery_quiesce(pf);
	if (rc != 0)
		return rc;
	rc = -ENODEV;
	for (turn = 0; turn < RECOVERY_TRIES && rc != 0 && ice_mp_present(pf) &&
	     (turn == 0 || rte_get_timer_cycles() < end); turn++) {
		recovery_enter(pf, ICE_MP_PF_WAIT);
		rc = ice_mp_reset_wait(pf);
		if (rc != 0)
			continue;
		recovery_enter(pf, ICE_MP_PF_REBUILD);
		rc = recovery_rebuild(pf);
	}
	return rc;
}

static void
recovery_failed(struct ice_mp_pf *pf, int why)
{
	enum rte_eth_event_type tell = RTE_ETH_EVENT_RECOVERY_FAILED;
	bool all = true;

	ice_mp_ctl_lock(pf);
	pf->nb_failures++;
	recovery_state(pf, ICE_MP_PF_FAILED);
	ice_mp_aq_lost(pf);
	/* Half a rebuild may have left queues running. */
	ice_mp_pf_quiet(pf);
	ice_mp_ctl_unlock(pf);
	PF_LOG(pf, ERR, "The device did not come back: %s.", rte_strerror(-why));
	ice_mp_event_foreach(pf, port_tell, &tell);
	ice_mp_event_foreach(pf, port_tell_removed, &all);
}

void
ice_mp_recover(struct ice_mp_pf *pf)
{
	enum rte_eth_event_type tell = RTE_ETH_EVENT_ERR_RECOVERING;
	bool lost = true, all = false;
	int rc;

	PF_LOG(pf, NOTICE, "The device resets.");
	recovery_prepare(pf);
	ice_mp_event_foreach(pf, port_tell, &tell);
	ice_mp_event_foreach(pf, port_link, &lost);
	rc = recovery_run(pf);
	if (rc != 0) {
		recovery_failed(pf, rc);
		return;
	}
	ice_mp_ctl_lock(pf);
	pf->nb_recoveries++;
	(void)ice_mp_rd32(pf, PFINT_OICR);	/* what is old goes with the read */
	ice_mp_intr_misc_on(pf, ice_mp_event_face(pf) == ICE_MP_EVENT_INTERRUPT);
	ice_mp_event_foreach(pf, port_resume, NULL);
	recovery_state(pf, ICE_MP_PF_RUNNING);
	ice_mp_ctl_unlock(pf);
	ice_mp_event_foreach(pf, port_tell_end, NULL);
	ice_mp_event_foreach(pf, port_tell_removed, &all);
	lost = false;
	ice_mp_event_foreach(pf, port_link, &lost);
}
