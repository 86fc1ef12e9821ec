/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * ethdev's table of operations, and what every operation has in common: the
 * PF's control lock and what becomes of a call when the device resets.
 *
 * HW    talks to the device. Waits, bounded, while the device recovers. When
 *       a reset fell into the operation it is done once more afterwards, so
 *       that a caller sees either its whole effect or an error and none. On a
 *       device that is lost: -EIO. In a callback of the event engine it does
 *       not wait, because nobody else would recover the device: -EBUSY.
 * SOFT  stop, release, close, set-up of memory, reading what is known. Always
 *       possible, waits for no recovery; talks to the device only when it
 *       answers.
 * none  reads what never changes.
 *
 * The table of what each operation does is in the design note.
 */

#include <errno.h>
#include <time.h>

#include <rte_cycles.h>

#include "ice_mp_adminq.h"
#include "ice_mp_ctl.h"
#include "ice_mp_ethdev.h"
#include "ice_mp_event.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_rate.h"
#include "ice_mp_rxtx.h"
#include "ice_mp_stats.h"

/** Longest time an operation waits for a recovery. A recovery is bounded
 * itself; beyond this an application's callback does not return. */
#define CTL_WAIT_S		30
/** Resets that may fall into one operation. */
#define CTL_TRIES		4
/** Time rte_eth_link_get() waits for a link that is coming up. */
#define LINK_WAIT_MS		1000
#define LINK_WAIT_STEP_MS	50

/* ---- the lock ---- */

void
ice_mp_ctl_init(struct ice_mp_pf *pf)
{
	pthread_condattr_t attr;

	pthread_mutex_init(&pf->ctl.lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&pf->ctl.moved, &attr);
	pthread_condattr_destroy(&attr);
}

void
ice_mp_ctl_fini(struct ice_mp_pf *pf)
{
	pthread_cond_destroy(&pf->ctl.moved);
	pthread_mutex_destroy(&pf->ctl.lock);
}

/* For assertions only: whose the lock is. */
static void
ctl_owned(struct ice_mp_pf *pf, bool held)
{
	if (held)
		__atomic_store_n(&pf->ctl.owner, pthread_self(), __ATOMIC_RELAXED);
	__atomic_store_n(&pf->ctl.held, held, __ATOMIC_RELEASE);
}

void
ice_mp_ctl_lock(struct ice_mp_pf *pf)
{
	pthread_mutex_lock(&pf->ctl.lock);
	ctl_owned(pf, true);
}

void
ice_mp_ctl_unlock(struct ice_mp_pf *pf)
{
	ctl_owned(pf, false);
	pthread_mutex_unlock(&pf->ctl.lock);
}

void
ice_mp_ctl_state(struct ice_mp_pf *pf, enum ice_mp_pf_state state)
{
	__atomic_store_n(&pf->state, state, __ATOMIC_RELAXED);
	pthread_cond_broadcast(&pf->ctl.moved);
}

void
ice_mp_ctl_new_epoch(struct ice_mp_pf *pf)
{
	pf->ctl.epoch++;
}

bool
ice_mp_ctl_mine(const struct ice_mp_pf *pf)
{
	if (__atomic_load_n(&pf->ctl.held, __ATOMIC_ACQUIRE) &&
	    pthread_equal(__atomic_load_n(&pf->ctl.owner, __ATOMIC_RELAXED), pthread_self()))
		return true;
	/* While it recovers, the device is the event thread's. */
	return ice_mp_event_in_turn(pf);
}

/* ---- a control call ---- */

struct ctl_op {
	struct ice_mp_pf *pf;
	const struct ice_mp_port *port;	/**< NULL: it is about the PF */
	bool wait;		/**< for a recovery */
	struct timespec end;
	unsigned int tries;
	uint32_t epoch;		/**< in which it was begun */
};

static void
op_init_pf(struct ctl_op *op, struct ice_mp_pf *pf, bool wait)
{
	op->pf = pf;
	op->port = NULL;
	op->wait = wait && !ice_mp_event_in_callback();
	op->tries = 0;
	clock_gettime(CLOCK_MONOTONIC, &op->end);
	op->end.tv_sec += CTL_WAIT_S;
}

static void
op_init(struct ctl_op *op, struct rte_eth_dev *dev)
{
	const struct ice_mp_port *port = ice_mp_dev_port(dev);

	op_init_pf(op, port->pf, true);
	op->port = port;
}

static bool
pf_recovers(const struct ice_mp_pf *pf)
{
	return pf->state != ICE_MP_PF_RUNNING && pf->state != ICE_MP_PF_FAILED;
}

/* Lock held, and again on return. @return false: it takes too long */
static bool
op_wait(struct ctl_op *op)
{
	struct ice_mp_pf *pf = op->pf;
	int rc;

	ctl_owned(pf, false);
	rc = pthread_cond_timedwait(&pf->ctl.moved, &pf->ctl.lock, &op->end);
	ctl_owned(pf, true);
	return rc != ETIMEDOUT;
}

/* @return 0 with the lock, -errno without */
static int
hw_enter(struct ctl_op *op)
{
	struct ice_mp_pf *pf = op->pf;
	int rc = 0;

	ice_mp_ctl_lock(pf);
	while (rc == 0 && pf_recovers(pf)) {
		if (!op->wait || !op_wait(op))
			rc = -EBUSY;
	}
	if (rc == 0 && (pf->state == ICE_MP_PF_FAILED || (op->port != NULL && op->port->gone)))
		rc = -EIO;
	op->epoch = pf->ctl.epoch;
	if (rc != 0)
		ice_mp_ctl_unlock(pf);
	return rc;
}

/* Has the device reset under an operation that failed? Lock held. */
static bool
op_fell_into_reset(struct ctl_op *op)
{
	struct ice_mp_pf *pf = op->pf;

	return ice_mp_present(pf) && (ice_mp_in_reset(pf) || !ice_mp_aq_alive(pf));
}

/* The operation is over, the lock goes.
 * @return true: it is to be done once more. *rc may change. */
static bool
hw_leave(struct ctl_op *op, int *rc)
{
	struct ice_mp_pf *pf = op->pf;
	bool again = false;

	if (*rc >= 0 || !op_fell_into_reset(op))
		goto out;
	/* Nobody else may have noticed yet. */
	ice_mp_event_kick(pf);
	if (!op->wait) {
		*rc = -EBUSY;
		goto out;
	}
	/* The recovery cannot have begun: it needs the lock. */
	while (pf->ctl.epoch == op->epoch && pf->state == ICE_MP_PF_RUNNING)
		if (!op_wait(op))
			goto out;
	again = ++op->tries < CTL_TRIES;
out:
	ice_mp_ctl_unlock(pf);
	return again;
}

int
ice_mp_ctl_call(struct ice_mp_pf *pf, bool wait, int (*fn)(struct ice_mp_pf *pf, void *arg),
		void *arg)
{
	struct ctl_op op;
	int rc;

	op_init_pf(&op, pf, wait);
	do {
		rc = hw_enter(&op);
		if (rc != 0)
			return rc;
		rc = fn(pf, arg);
	} while (hw_leave(&op, &rc));
	return rc;
}

/* ---- wrappers ---- */

#define CTL_HW(fn, params, args) \
static int \
hw_ ## fn params \
{ \
	struct ctl_op op; \
	int rc; \
\
	op_init(&op, dev); \
	do { \
		rc = hw_enter(&op); \
		if (rc != 0) \
			return rc; \
		rc = ice_mp_ ## fn args; \
	} while (hw_leave(&op, &rc)); \
	return rc; \
}

#define CTL_SOFT(fn, params, args) \
static int \
soft_ ## fn params \
{ \
	struct ice_mp_pf *pf = ice_mp_dev_port(dev)->pf; \
	int rc; \
\
	ice_mp_ctl_lock(pf); \
	rc = ice_mp_ ## fn args; \
	ice_mp_ctl_unlock(pf); \
	return rc; \
}

#define CTL_SOFT_VOID(fn, params, args) \
static void \
soft_ ## fn params \
{ \
	struct ice_mp_pf *pf = ice_mp_dev_port(dev)->pf; \
\
	ice_mp_ctl_lock(pf); \
	ice_mp_ ## fn args; \
	ice_mp_ctl_unlock(pf); \
}

#define DEV		struct rte_eth_dev *dev
#define DEV_Q		struct rte_eth_dev *dev, uint16_t queue

CTL_HW(dev_configure, (DEV), (dev))
CTL_HW(dev_start, (DEV), (dev))
CTL_HW(dev_reset, (DEV), (dev))
CTL_HW(mtu_set, (DEV, uint16_t mtu), (dev, mtu))
CTL_HW(dev_set_link_up, (DEV), (dev))
CTL_HW(dev_set_link_down, (DEV), (dev))
CTL_HW(promiscuous_enable, (DEV), (dev))
CTL_HW(promiscuous_disable, (DEV), (dev))
CTL_HW(allmulticast_enable, (DEV), (dev))
CTL_HW(allmulticast_disable, (DEV), (dev))
CTL_HW(mac_addr_set, (DEV, struct rte_ether_addr *addr), (dev, addr))
CTL_HW(mac_addr_add, (DEV, struct rte_ether_addr *addr, uint32_t index, uint32_t pool),
       (dev, addr, index, pool))
CTL_HW(set_mc_addr_list, (DEV, struct rte_ether_addr *addrs, uint32_t nb), (dev, addrs, nb))
CTL_HW(vlan_filter_set, (DEV, uint16_t vlan, int on), (dev, vlan, on))
CTL_HW(dev_vlan_offload_set, (DEV, int mask), (dev, mask))
CTL_HW(reta_update, (DEV, struct rte_eth_rss_reta_entry64 *conf, uint16_t size),
       (dev, conf, size))
CTL_HW(rss_hash_update, (DEV, struct rte_eth_rss_conf *conf), (dev, conf))
CTL_HW(read_clock, (DEV, uint64_t *clock), (dev, clock))
CTL_HW(rx_queue_start, (DEV_Q), (dev, queue))
CTL_HW(rx_queue_stop, (DEV_Q), (dev, queue))
CTL_HW(tx_queue_start, (DEV_Q), (dev, queue))
CTL_HW(tx_queue_stop, (DEV_Q), (dev, queue))
CTL_HW(set_queue_rate_limit, (DEV_Q, uint32_t mbps), (dev, queue, mbps))
CTL_HW(flow_ctrl_get, (DEV, struct rte_eth_fc_conf *conf), (dev, conf))
CTL_HW(flow_ctrl_set, (DEV, struct rte_eth_fc_conf *conf), (dev, conf))
CTL_HW(fec_get, (DEV, uint32_t *fec), (dev, fec))
CTL_HW(fec_set, (DEV, uint32_t fec), (dev, fec))
CTL_HW(dev_led_on, (DEV), (dev))
CTL_HW(dev_led_off, (DEV), (dev))
CTL_HW(get_eeprom_length, (DEV), (dev))
CTL_HW(get_eeprom, (DEV, struct rte_dev_eeprom_info *info), (dev, info))
CTL_HW(get_module_info, (DEV, struct rte_eth_dev_module_info *info), (dev, info))
CTL_HW(get_module_eeprom, (DEV, struct rte_dev_eeprom_info *info), (dev, info))
CTL_HW(get_reg, (DEV, struct rte_dev_reg_info *info), (dev, info))

/* Forgets the address in any case: a recovery does not bring it back. */
CTL_SOFT_VOID(mac_addr_remove, (DEV, uint32_t index), (dev, index))

CTL_SOFT(dev_stop, (DEV), (dev))
CTL_SOFT(dev_rx_queue_setup, (DEV_Q, uint16_t nb_desc, unsigned int socket,
			  const struct rte_eth_rxconf *conf, struct rte_mempool *mp),
	 (dev, queue, nb_desc, socket, conf, mp))
CTL_SOFT(dev_tx_queue_setup, (DEV_Q, uint16_t nb_desc, unsigned int socket,
			  const struct rte_eth_txconf *conf), (dev, queue, nb_desc, socket, conf))
CTL_SOFT_VOID(rx_queue_release, (DEV_Q), (dev, queue))
CTL_SOFT_VOID(tx_queue_release, (DEV_Q), (dev, queue))
CTL_SOFT_VOID(rxq_info_get, (DEV_Q, struct rte_eth_rxq_info *info), (dev, queue, info))
CTL_SOFT_VOID(txq_info_get, (DEV_Q, struct rte_eth_txq_info *info), (dev, queue, info))
CTL_SOFT(rx_intr_enable, (DEV_Q), (dev, queue))
CTL_SOFT(rx_intr_disable, (DEV_Q), (dev, queue))
CTL_SOFT(reta_query, (DEV, struct rte_eth_rss_reta_entry64 *conf, uint16_t size),
	 (dev, conf, size))
CTL_SOFT(rss_hash_conf_get, (DEV, struct rte_eth_rss_conf *conf), (dev, conf))
CTL_SOFT(fw_version_get, (DEV, char *ver, size_t size), (dev, ver, size))
CTL_SOFT(stats_reset, (DEV), (dev))
CTL_SOFT(xstats_reset, (DEV), (dev))
CTL_SOFT(xstats_get, (DEV, struct rte_eth_xstat *out, unsigned int n), (dev, out, n))
CTL_SOFT(xstats_get_by_id, (DEV, const uint64_t *ids, uint64_t *values, unsigned int n),
	 (dev, ids, values, n))

static int
soft_stats_get(ICE_MP_STATS_GET_ARGS(dev, stats, qstats))
{
	struct ice_mp_pf *pf = ice_mp_dev_port(dev)->pf;
	int rc;

	ice_mp_ctl_lock(pf);
	rc = ice_mp_stats_get(ICE_MP_STATS_GET_PASS(dev, stats, qstats));
	ice_mp_ctl_unlock(pf);
	return rc;
}

static int
soft_dev_close(struct rte_eth_dev *dev)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	struct ice_mp_pf *pf = port->pf;
	int rc;

	if (rte_eal_process_type() != RTE_PROC_PRIMARY || port->state == ICE_MP_PORT_CLOSED)
		return 0;
	/* First nobody finds the port any more, then it goes. Without the
	 * lock: whoever has found it may be waiting for that. */
	ice_mp_event_withdraw(port);
	ice_mp_ctl_lock(pf);
	rc = ice_mp_dev_close(dev);
	ice_mp_ctl_unlock(pf);
	return rc;
}

/* SOFT, in steps: others may go on while this one waits for the link. A
 * device that recovers has the link it was last known to have, which is
 * none. */
static int
soft_link_update(struct rte_eth_dev *dev, int wait)
{
	struct ice_mp_port *port = ice_mp_dev_port(dev);
	struct ice_mp_pf *pf = port->pf;
	bool changed = false, more;
	struct rte_eth_link link;
	unsigned int ms = 0;
	int rc;

	for (;;) {
		ice_mp_ctl_lock(pf);
		more = pf->state == ICE_MP_PF_RUNNING && !port->gone;
		rc = more ? ice_mp_link_refresh(port) : 0;
		more = more && port->link_admin_up;
		ice_mp_ctl_unlock(pf);
		if (rc < 0)
			return rc;
		changed |= rc > 0;
		rte_eth_linkstatus_get(dev, &link);
		if (!wait || !more || !dev->data->dev_started || ice_mp_event_in_callback() ||
		    link.link_status == RTE_ETH_LINK_UP || ms >= LINK_WAIT_MS)
			return changed ? 0 : -1;
		rte_delay_us_sleep(LINK_WAIT_STEP_MS * 1000);
		ms += LINK_WAIT_STEP_MS;
	}
}

/* ---- the table ---- */

const struct eth_dev_ops ice_mp_dev_ops = {
	.dev_configure = hw_dev_configure,
	.dev_start = hw_dev_start,
	.dev_stop = soft_dev_stop,
	.dev_close = soft_dev_close,
	.dev_reset = hw_dev_reset,
	.dev_infos_get = ice_mp_dev_infos_get,
	.is_removed = ice_mp_dev_is_removed,
	.fw_version_get = soft_fw_version_get,
	.dev_supported_ptypes_get = ice_mp_supported_ptypes_get,
	.buffer_split_supported_hdr_ptypes_get = ice_mp_split_ptypes_get,
	.mtu_set = hw_mtu_set,

	.link_update = soft_link_update,
	.dev_set_link_up = hw_dev_set_link_up,
	.dev_set_link_down = hw_dev_set_link_down,
	.flow_ctrl_get = hw_flow_ctrl_get,
	.flow_ctrl_set = hw_flow_ctrl_set,
	.fec_get_capability = ice_mp_fec_get_capability,
	.fec_get = hw_fec_get,
	.fec_set = hw_fec_set,
	.dev_led_on = hw_dev_led_on,
	.dev_led_off = hw_dev_led_off,
	.get_eeprom_length = hw_get_eeprom_length,
	.get_eeprom = hw_get_eeprom,
	.get_module_info = hw_get_module_info,
	.get_module_eeprom = hw_get_module_eeprom,
	.get_reg = hw_get_reg,

	.promiscuous_enable = hw_promiscuous_enable,
	.promiscuous_disable = hw_promiscuous_disable,
	.allmulticast_enable = hw_allmulticast_enable,
	.allmulticast_disable = hw_allmulticast_disable,
	.mac_addr_set = hw_mac_addr_set,
	.mac_addr_add = hw_mac_addr_add,
	.mac_addr_remove = soft_mac_addr_remove,
	.set_mc_addr_list = hw_set_mc_addr_list,
	.vlan_filter_set = hw_vlan_filter_set,
	.vlan_offload_set = hw_dev_vlan_offload_set,

	.reta_update = hw_reta_update,
	.reta_query = soft_reta_query,
	.rss_hash_update = hw_rss_hash_update,
	.rss_hash_conf_get = soft_rss_hash_conf_get,

	.stats_get = soft_stats_get,
	.stats_reset = soft_stats_reset,
	.xstats_get = soft_xstats_get,
	.xstats_get_names = ice_mp_xstats_get_names,
	.xstats_get_by_id = soft_xstats_get_by_id,
	.xstats_get_names_by_id = ice_mp_xstats_get_names_by_id,
	.xstats_reset = soft_xstats_reset,

	.rx_queue_setup = soft_dev_rx_queue_setup,
	.rx_queue_release = soft_rx_queue_release,
	.rx_queue_start = hw_rx_queue_start,
	.rx_queue_stop = hw_rx_queue_stop,
	.tx_queue_setup = soft_dev_tx_queue_setup,
	.tx_queue_release = soft_tx_queue_release,
	.tx_queue_start = hw_tx_queue_start,
	.tx_queue_stop = hw_tx_queue_stop,
	.set_queue_rate_limit = hw_set_queue_rate_limit,
	.rxq_info_get = soft_rxq_info_get,
	.txq_info_get = soft_txq_info_get,
	.rx_burst_mode_get = ice_mp_rx_burst_mode_get,
	.tx_burst_mode_get = ice_mp_tx_burst_mode_get,
	.tx_done_cleanup = ice_mp_tx_done_cleanup,
	.rx_queue_intr_enable = soft_rx_intr_enable,
	.rx_queue_intr_disable = soft_rx_intr_disable,
	.get_monitor_addr = ice_mp_get_monitor_addr,

	.read_clock = hw_read_clock,
};
