/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <errno.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_malloc.h>

#include "ice_mp_adminq.h"
#include "ice_mp_compat.h"
#include "ice_mp_ctl.h"
#include "ice_mp_event_priv.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_vc.h"
#include "ice_mp_watch.h"
#include "rte_pmd_ice_mp.h"

/** Messages of one source taken in one turn; the rest waits for the next. */
#define EVENT_TURN_MAX		(2 * EVENT_DOORBELL_DEPTH)
/** Times the doorbell FIFO is emptied in one turn when it keeps filling. */
#define EVENT_TURN_ROUNDS	16
/** Statistics are read this often so that no counter wraps unseen. */
#define EVENT_STATS_MS		5000
/** Pause before a link that could not be read is read again. */
#define EVENT_LINK_RETRY_MS	100
/** Queues are looked at this often. */
#define EVENT_WATCH_MS		100
/** A link change nobody told of goes unnoticed for so long. */
#define EVENT_AUDIT_MS		500
/** What only a reset of the function mends. */
#define OICR_FATAL		(PFINT_OICR_ECC_ERR_M | PFINT_OICR_PCI_EXCEPTION_M | \
				 PFINT_OICR_HMC_ERR_M | PFINT_OICR_PE_CRITERR_M)
/** How long withdraw waits for a callback before it says so. */
#define EVENT_WITHDRAW_MS	10000

/* Port whose callback this thread is in, if any. */
static __thread struct ice_mp_port *event_self;
/* Engine this thread runs, if any. */
static __thread const struct ice_mp_event_engine *event_running;

bool
ice_mp_event_in_callback(void)
{
	return event_self != NULL;
}

bool
ice_mp_event_in_turn(const struct ice_mp_pf *pf)
{
	return event_running == pf->events;
}

/* The event thread's own: others see copies. */
static void
event_count(uint64_t *cnt)
{
	(*cnt)++;
}

static void
event_drop(struct ice_mp_event_engine *ev, enum ice_mp_event_source src,
	   enum ice_mp_event_drop why)
{
	event_count(&ev->cnt.src[src].dropped[why]);
}

/* Remember one record for the end of the turn, or merge it into one that
 * says the same. Events of VFs differ by VF and are kept apart. */
static void
event_merge(struct ice_mp_pf *pf, enum ice_mp_event_source src, uint8_t lport,
	    enum ice_mp_event_type type, uint16_t data)
{
	struct ice_mp_event_engine *ev = pf->events;
	struct event_pend *pend;
	unsigned int i;

	if (lport == ICE_MP_LPORT_ALL) {
		pend = &ev->all;
	} else if (lport >= pf->nb_hw_ports) {
		PF_LOG(pf, WARNING, "A %s event is for lport %u, which does not exist.",
		       ice_mp_event_type_names[type], lport);
		event_drop(ev, src, ICE_MP_DROP_BAD_LPORT);
		return;
	} else {
		pend = &ev->pend[lport];
	}
	if (type == ICE_MP_EVENT_VF_MBX) {
		for (i = 0; i < pend->nb_vf; i++)
			if (pend->vf[i] == data)
				break;
		if (i < pend->nb_vf) {
			event_count(&ev->cnt.src[src].coalesced);
			return;
		}
		pend->vf_src[pend->nb_vf] = src;
		pend->vf[pend->nb_vf++] = data;
		return;
	}
	if (pend->types & (1u << type)) {
		event_count(&ev->cnt.src[src].coalesced);
		return;
	}
	pend->types |= 1u << type;
	pend->src[type] = src;
}

static void
event_record(struct ice_mp_pf *pf, enum ice_mp_event_source src, uint8_t lport,
	     enum ice_mp_event_type type, uint16_t data)
{
	event_count(&pf->events->cnt.src[src].received);
	event_merge(pf, src, lport, type, data);
}

/* Causes of the misc vector. @return false: no device */
static bool
take_oicr(struct ice_mp_pf *pf)
{
	struct ice_mp_event_engine *ev = pf->events;
	uint32_t oicr = ice_mp_rd32(pf, PFINT_OICR);

	if (oicr == UINT32_MAX)
		return false;
	if (oicr & OICR_FATAL)
		PF_LOG(pf, ERR, "The device reports a fatal error (OICR 0x%x).", oicr);
	if (oicr & (PFINT_OICR_GRST_M | OICR_FATAL)) {
		event_count(&ev->cnt.src[ICE_MP_SRC_OICR].received);
		event_count(&ev->cnt.src[ICE_MP_SRC_OICR].dispatched);
		ev->reset = true;
	}
	if (oicr & PFINT_OICR_MAL_DETECT_M) {
		PF_LOG(pf, WARNING, "OICR causes 0x%x are not handled.",
		       oicr & PFINT_OICR_MAL_DETECT_M);
		event_count(&ev->cnt.src[ICE_MP_SRC_OICR].received);
		event_drop(ev, ICE_MP_SRC_OICR, ICE_MP_DROP_UNHANDLED);
	}
	if (oicr & PFINT_OICR_VFLR_M) {
		event_count(&ev->cnt.src[ICE_MP_SRC_OICR].received);
		if (pf->vfs != NULL)
			event_count(&ev->cnt.src[ICE_MP_SRC_OICR].dispatched);
		else
			event_drop(ev, ICE_MP_SRC_OICR, ICE_MP_DROP_UNHANDLED);
		ev->vflr = true;
	}
	if (oicr & PFINT_OICR_LINK_STAT_CHANGE_M) {
		/* Says that a link changed, not which: what the other sources
		 * say in this turn decides whether it is news. */
		event_count(&ev->cnt.src[ICE_MP_SRC_OICR].received);
		ev->oicr_link = true;
	}
	return true;
}

/* A reset that was not announced, or whose announcement was lost. */
static void
take_status(struct ice_mp_pf *pf)
{
	struct ice_mp_event_engine *ev = pf->events;
	uint32_t rstat;

	if (ev->reset || pf->state != ICE_MP_PF_RUNNING)
		return;
	rstat = ice_mp_rd32(pf, GLGEN_RSTAT);
	if (rstat == UINT32_MAX ||
	    ((rstat & GLGEN_RSTAT_DEVSTATE_M) == 0 && ice_mp_aq_alive(pf)))
		return;
	event_count(&ev->cnt.src[ICE_MP_SRC_STATUS].received);
	event_count(&ev->cnt.src[ICE_MP_SRC_STATUS].dispatched);
	ev->reset = true;
}

static void
take_arq(struct ice_mp_pf *pf)
{
	struct ice_mp_event_engine *ev = pf->events;
	struct ice_mp_aq_desc desc;
	const struct ice_mp_aqc_link_status *p = (const void *)desc.params.raw;
	unsigned int i;
	uint16_t len;
	int rc;

	/* Whose the events were that did not fit, nobody knows. Asked before
	 * the queue is emptied: from then on there is room. */
	if (ice_mp_aq_overflowed(pf))
		event_record(pf, ICE_MP_SRC_ARQ, ICE_MP_LPORT_ALL, ICE_MP_EVENT_LINK, 0);
	for (i = 0; i < EVENT_TURN_MAX; i++) {
		rc = ice_mp_aq_recv(pf, ICE_MP_ARQ_FW, &desc, ev->buf, &len);
		if (rc == 0 || rc == -ENODEV)
			return;
		if (rc < 0) {
			event_count(&ev->cnt.src[ICE_MP_SRC_ARQ].received);
			event_drop(ev, ICE_MP_SRC_ARQ, ICE_MP_DROP_MALFORMED);
		} else if (desc.opcode == ICE_MP_AQ_GET_LINK_STATUS) {
			event_record(pf, ICE_MP_SRC_ARQ, p->lport, ICE_MP_EVENT_LINK, 0);
		} else {
			PF_LOG(pf, NOTICE, "AdminQ event 0x%04x is not known.", desc.opcode);
			event_count(&ev->cnt.src[ICE_MP_SRC_ARQ].received);
			event_drop(ev, ICE_MP_SRC_ARQ, ICE_MP_DROP_UNKNOWN);
		}
	}
}

/* @return true: there is more, deliver first */
static bool
take_doorbell(struct ice_mp_pf *pf)
{
	struct ice_mp_event_engine *ev = pf->events;
	unsigned int i;
	uint32_t val;

	for (i = 0; i < EVENT_TURN_MAX; i++) {
		uint8_t lport, type;
		uint16_t data;

		val = ice_mp_rd32(pf, EVENT_DOORBELL);
		if (val == 0 || val == UINT32_MAX)
			return false;
		lport = val & EVENT_DOORBELL_PORT_M;
		type = (val & EVENT_DOORBELL_TYPE_M) >> EVENT_DOORBELL_TYPE_S;
		data = (val & EVENT_DOORBELL_DATA_M) >> EVENT_DOORBELL_DATA_S;
		switch (type) {
		case EVENT_DOORBELL_LINK:
			event_record(pf, ICE_MP_SRC_DOORBELL, lport, ICE_MP_EVENT_LINK, data);
			break;
		case EVENT_DOORBELL_RESET:
			event_record(pf, ICE_MP_SRC_DOORBELL, lport, ICE_MP_EVENT_RESET, data);
			break;
		case EVENT_DOORBELL_VF_MBX:
			event_record(pf, ICE_MP_SRC_DOORBELL, lport, ICE_MP_EVENT_VF_MBX, data);
			break;
		default:
			PF_LOG(pf, NOTICE, "Doorbell event 0x%x is of no known type.", val);
			event_count(&ev->cnt.src[ICE_MP_SRC_DOORBELL].received);
			event_drop(ev, ICE_MP_SRC_DOORBELL, ICE_MP_DROP_UNKNOWN);
			break;
		}
		/* VF records are kept one by one: deliver when full. */
		if (ev->all.nb_vf == EVENT_VF_PEND ||
		    (lport < ICE_MP_MAX_PORTS && ev->pend[lport].nb_vf == EVENT_VF_PEND))
			return true;
	}
	return true;
}

/* Is it time? Then the next time is `ms` away. */
static bool
event_due(uint64_t *next, unsigned int ms)
{
	uint64_t now = rte_get_timer_cycles();

	if (now < *next)
		return false;
	*next = now + rte_get_timer_hz() * ms / 1000;
	return true;
}

/* Nobody here serves VFs. */
static void
drop_mailbox(struct ice_mp_pf *pf)
{
	struct ice_mp_event_engine *ev = pf->events;
	struct ice_mp_aq_desc desc;
	unsigned int i;
	uint16_t len;
	int rc;

	for (i = 0; i < EVENT_TURN_MAX; i++) {
		rc = ice_mp_aq_recv(pf, ICE_MP_ARQ_MBX, &desc, ev->buf, &len);
		if (rc == 0 || rc == -ENODEV)
			return;
		event_count(&ev->cnt.src[ICE_MP_SRC_MAILBOX].received);
		event_drop(ev, ICE_MP_SRC_MAILBOX,
			   rc < 0 ? ICE_MP_DROP_MALFORMED : ICE_MP_DROP_UNHANDLED);
	}
}

/* Each message is counted when it is served. */
static void
take_mailbox(struct ice_mp_pf *pf)
{
	struct ice_mp_event_engine *ev = pf->events;
	enum ice_mp_vc_step step;
	uint8_t lport;

	if (pf->vfs == NULL) {
		drop_mailbox(pf);
		return;
	}
	ice_mp_vc_begin(pf);
	for (;;) {
		step = ice_mp_vc_step(pf, &lport);
		if (step == ICE_MP_VC_NOTHING)
			break;
		event_count(&ev->cnt.src[ICE_MP_SRC_MAILBOX].received);
		if (step == ICE_MP_VC_SERVED) {
			event_count(&ev->cnt.src[ICE_MP_SRC_MAILBOX].dispatched);
			if (lport < ICE_MP_MAX_PORTS)
				event_count(&ev->cnt.port[lport][ICE_MP_EVENT_VF_MBX]);
		} else {
			event_drop(ev, ICE_MP_SRC_MAILBOX, step == ICE_MP_VC_NO_VF ?
				   ICE_MP_DROP_UNKNOWN : ICE_MP_DROP_MALFORMED);
		}
	}
	/* The device says so when a message comes, not while one is there. */
	if (ice_mp_vc_end(pf))
		ice_mp_event_kick(pf);
}

/* VFs that were reset, and those whose reset is due. */
static void
take_vflr(struct ice_mp_pf *pf)
{
	struct ice_mp_event_engine *ev = pf->events;

	if (pf->vfs == NULL)
		return;
	/* The interrupt may be lost, or fall into a recovery. */
	if (ev->vflr || event_due(&ev->vflr_next, EVENT_AUDIT_MS))
		ice_mp_vf_flr(pf);
	ev->vflr = false;
	ice_mp_vf_resets_due(pf);
}

static void
event_lsc(struct ice_mp_port *port)
{
	struct rte_eth_dev *dev = ice_mp_port_dev(port);
	struct rte_eth_link link;

	/* A control thread may be writing it. */
	rte_eth_linkstatus_get(dev, &link);
	PORT_LOG(port, INFO, "The link is %s.", link.link_status ? "up" : "down");
	if (dev->data->dev_conf.intr_conf.lsc)
		rte_eth_dev_callback_process(dev, RTE_ETH_EVENT_INTR_LSC, NULL);
}

void
ice_mp_event_link(struct ice_mp_port *port)
{
	int rc;

	ice_mp_ctl_lock(port->pf);
	rc = port->gone ? 0 : ice_mp_link_refresh(port);
	ice_mp_ctl_unlock(port->pf);
	if (rc > 0)
		event_lsc(port);
}

void
ice_mp_event_link_lost(struct ice_mp_port *port)
{
	bool changed;

	ice_mp_ctl_lock(port->pf);
	changed = ice_mp_link_lost(port);
	ice_mp_ctl_unlock(port->pf);
	if (changed)
		event_lsc(port);
}

/* Run one port's callbacks. The port may be closed by one of them: nothing
 * of it is used after a callback but the ethdev array's static entry. */
static void
event_deliver(struct ice_mp_pf *pf, struct ice_mp_port *port, enum ice_mp_event_type type,
	      uint16_t data)
{
	struct rte_eth_dev *dev = ice_mp_port_dev(port);
	struct rte_pmd_ice_mp_mb_event_param vf = {
		.vfid = data, .retval = RTE_PMD_ICE_MP_MB_EVENT_PROCEED,
	};

	event_count(&pf->events->cnt.port[port->lport][type]);
	switch (type) {
	case ICE_MP_EVENT_LINK:
		ice_mp_event_link(port);
		break;
	case ICE_MP_EVENT_RESET:
		PORT_LOG(port, NOTICE, "The device asks for a reset of the port.");
		rte_eth_dev_callback_process(dev, RTE_ETH_EVENT_INTR_RESET, NULL);
		break;
	case ICE_MP_EVENT_VF_MBX:
		rte_eth_dev_callback_process(dev, RTE_ETH_EVENT_VF_MBOX, &vf);
		break;
	case ICE_MP_EVENT_REMOVED:
		if (port->removed)
			break;
		port->removed = true;
		(void)ice_mp_link_lost(port);
		rte_eth_dev_callback_process(dev, RTE_ETH_EVENT_INTR_RMV, NULL);
		break;
	case ICE_MP_EVENT_TYPES:
		break;
	}
}

/* Hold a slot's port. NULL: none. */
static struct ice_mp_port *
slot_get(struct event_slot *slot)
{
	struct ice_mp_port *port;

	/* Both sequentially consistent: either withdraw sees the reference
	 * or we see that the slot is empty. */
	__atomic_fetch_add(&slot->refs, 1, __ATOMIC_SEQ_CST);
	port = __atomic_load_n(&slot->port, __ATOMIC_SEQ_CST);
	if (port == NULL)
		__atomic_fetch_sub(&slot->refs, 1, __ATOMIC_RELEASE);
	return port;
}

static void
slot_put(struct event_slot *slot)
{
	__atomic_fetch_sub(&slot->refs, 1, __ATOMIC_RELEASE);
}

static bool
event_to_lport(struct ice_mp_pf *pf, uint8_t lport, enum ice_mp_event_type type, uint16_t data)
{
	struct event_slot *slot = &pf->events->slot[lport];
	struct ice_mp_port *port = slot_get(slot);

	if (port == NULL)
		return false;
	event_self = port;
	event_deliver(pf, port, type, data);
	event_self = NULL;
	slot_put(slot);
	return true;
}

void
ice_mp_event_vf_mbox(struct ice_mp_pf *pf, uint8_t lport,
		     struct rte_pmd_ice_mp_mb_event_param *param)
{
	struct event_slot *slot;
	struct ice_mp_port *port;

	if (lport >= ICE_MP_MAX_PORTS)
		return;
	slot = &pf->events->slot[lport];
	port = slot_get(slot);
	if (port == NULL)
		return;
	event_self = port;
	rte_eth_dev_callback_process(ice_mp_port_dev(port), RTE_ETH_EVENT_VF_MBOX, param);
	event_self = NULL;
	slot_put(slot);
}

static void
event_dispatch(struct ice_mp_pf *pf, uint8_t lport, enum ice_mp_event_source src,
	       enum ice_mp_event_type type, uint16_t data)
{
	struct ice_mp_event_engine *ev = pf->events;
	bool taken = false;
	uint8_t i;

	if (lport == ICE_MP_LPORT_ALL) {
		for (i = 0; i < ICE_MP_MAX_PORTS; i++)
			taken |= event_to_lport(pf, i, type, data);
	} else {
		taken = event_to_lport(pf, lport, type, data);
	}
	if (taken)
		event_count(&ev->cnt.src[src].dispatched);
	else
		event_drop(ev, src, ICE_MP_DROP_NO_PORT);
}

static void
event_flush_one(struct ice_mp_pf *pf, uint8_t lport, struct event_pend *pend)
{
	struct event_pend todo = *pend;
	unsigned int i;

	memset(pend, 0, sizeof(*pend));
	for (i = 0; i < ICE_MP_EVENT_TYPES; i++)
		if (todo.types & (1u << i))
			event_dispatch(pf, lport, todo.src[i], i, 0);
	for (i = 0; i < todo.nb_vf; i++)
		event_dispatch(pf, lport, todo.vf_src[i], ICE_MP_EVENT_VF_MBX, todo.vf[i]);
}

static void
event_flush(struct ice_mp_pf *pf)
{
	struct ice_mp_event_engine *ev = pf->events;
	uint8_t lport;

	if (ev->oicr_link) {
		bool known = (ev->all.types & (1u << ICE_MP_EVENT_LINK)) != 0;

		for (lport = 0; lport < ICE_MP_MAX_PORTS; lport++)
			known |= (ev->pend[lport].types & (1u << ICE_MP_EVENT_LINK)) != 0;
		ev->oicr_link = false;
		if (known)
			event_count(&ev->cnt.src[ICE_MP_SRC_OICR].coalesced);
		else
			event_merge(pf, ICE_MP_SRC_OICR, ICE_MP_LPORT_ALL, ICE_MP_EVENT_LINK, 0);
	}
	for (lport = 0; lport < ICE_MP_MAX_PORTS; lport++)
		if (ev->pend[lport].types != 0 || ev->pend[lport].nb_vf != 0)
			event_flush_one(pf, lport, &ev->pend[lport]);
	if (ev->all.types != 0 || ev->all.nb_vf != 0)
		event_flush_one(pf, ICE_MP_LPORT_ALL, &ev->all);
}

void
ice_mp_event_foreach(struct ice_mp_pf *pf, void (*fn)(struct ice_mp_port *, void *), void *arg)
{
	uint8_t lport;

	for (lport = 0; lport < ICE_MP_MAX_PORTS; lport++) {
		struct event_slot *slot = &pf->events->slot[lport];
		struct ice_mp_port *port = slot_get(slot);

		if (port == NULL)
			continue;
		event_self = port;
		fn(port, arg);
		event_self = NULL;
		slot_put(slot);
	}
}

static void
event_stats(struct ice_mp_pf *pf)
{
	struct ice_mp_event_engine *ev = pf->events;
	unsigned int i;
	uint8_t lport;

	if (!event_due(&ev->stats_next, EVENT_STATS_MS))
		return;
	for (lport = 0; lport < ICE_MP_MAX_PORTS; lport++) {
		struct ice_mp_port *port = slot_get(&ev->slot[lport]);

		if (port == NULL)
			continue;
		ice_mp_ctl_lock(pf);
		ice_mp_stats_tick(port);
		ice_mp_ctl_unlock(pf);
		slot_put(&ev->slot[lport]);
	}
	for (i = 0; pf->vfs != NULL && i < pf->vfs->nb; i++) {
		ice_mp_ctl_lock(pf);
		ice_mp_vf_stats_tick(&pf->vfs->vf[i]);
		ice_mp_ctl_unlock(pf);
	}
}

/* Links whose last reading failed: what was news then still is. */
static void
take_stale_links(struct ice_mp_pf *pf)
{
	struct ice_mp_event_engine *ev = pf->events;
	uint8_t lport;

	if (!event_due(&ev->link_next, EVENT_LINK_RETRY_MS))
		return;
	for (lport = 0; lport < ICE_MP_MAX_PORTS; lport++) {
		struct ice_mp_port *port = slot_get(&ev->slot[lport]);

		if (port == NULL)
			continue;
		if (__atomic_load_n(&port->link_stale, __ATOMIC_RELAXED))
			event_record(pf, ICE_MP_SRC_STATUS, lport, ICE_MP_EVENT_LINK, 0);
		slot_put(&ev->slot[lport]);
	}
}

/* Queues that hang: the function is reset, or, when that has not helped, the
 * port's application is asked for a reset. */
static void
take_hangs(struct ice_mp_pf *pf)
{
	struct ice_mp_event_engine *ev = pf->events;
	enum ice_mp_verdict v;
	uint8_t lport;

	if (!event_due(&ev->watch_next, EVENT_WATCH_MS))
		return;
	for (lport = 0; lport < ICE_MP_MAX_PORTS; lport++) {
		struct ice_mp_port *port = slot_get(&ev->slot[lport]);

		if (port == NULL)
			continue;
		ice_mp_ctl_lock(pf);
		v = ice_mp_watch_port(port);
		ice_mp_ctl_unlock(pf);
		slot_put(&ev->slot[lport]);
		if (v == ICE_MP_QUEUE_LOST)
			event_record(pf, ICE_MP_SRC_STATUS, lport, ICE_MP_EVENT_RESET, 0);
		if (v != ICE_MP_QUEUE_HANGS)
			continue;
		event_count(&ev->cnt.src[ICE_MP_SRC_STATUS].received);
		event_count(&ev->cnt.src[ICE_MP_SRC_STATUS].dispatched);
		ev->reset = true;
	}
}

/* Links that changed without a word, or whose word was lost. */
static void
take_port_status(struct ice_mp_pf *pf)
{
	struct ice_mp_event_engine *ev = pf->events;
	struct rte_eth_link link;
	uint8_t lport;

	if (!pf->multi_port || !event_due(&ev->audit_next, EVENT_AUDIT_MS))
		return;
	for (lport = 0; lport < ICE_MP_MAX_PORTS; lport++) {
		struct ice_mp_port *port = slot_get(&ev->slot[lport]);
		uint32_t status;

		if (port == NULL)
			continue;
		status = ice_mp_rd32(pf, PORT_STATUS(lport));
		/* A control thread may be writing it. */
		rte_eth_linkstatus_get(ice_mp_port_dev(port), &link);
		if (status != UINT32_MAX && !!(status & PORT_STATUS_LINK_UP_M) !=
		    (link.link_status == RTE_ETH_LINK_UP))
			event_record(pf, ICE_MP_SRC_STATUS, lport, ICE_MP_EVENT_LINK, 0);
		slot_put(&ev->slot[lport]);
	}
}

/* Has something been received that is yet to be delivered? */
static bool
event_pending(const struct ice_mp_event_engine *ev)
{
	bool pending = ev->oicr_link || ev->all.types != 0 || ev->all.nb_vf != 0;
	unsigned int i;

	for (i = 0; i < ICE_MP_MAX_PORTS; i++)
		pending |= ev->pend[i].types != 0 || ev->pend[i].nb_vf != 0;
	return pending;
}

static void
event_turn(struct ice_mp_pf *pf)
{
	struct ice_mp_event_engine *ev = pf->events;
	unsigned int i;
	bool gone;

	event_count(&ev->cnt.polls);
	if (__atomic_exchange_n(&ev->unplug, false, __ATOMIC_RELAXED))
		event_record(pf, ICE_MP_SRC_STATUS, ICE_MP_LPORT_ALL, ICE_MP_EVENT_REMOVED, 0);
	gone = !ice_mp_present(pf) || !take_oicr(pf);
	if (gone) {
		/* Once: a device does not come back without a new probe. */
		if (!ev->gone)
			event_record(pf, ICE_MP_SRC_STATUS, ICE_MP_LPORT_ALL,
				     ICE_MP_EVENT_REMOVED, 0);
		ev->gone = true;
	} else if (pf->state == ICE_MP_PF_RUNNING) {
		take_status(pf);
		if (!ev->reset)
			take_hangs(pf);
		if (ev->reset) {
			ev->reset = false;
			ice_mp_recover(pf);
			return;
		}
		take_stale_links(pf);
		take_arq(pf);
		for (i = 0; i < EVENT_TURN_ROUNDS && take_doorbell(pf); i++)
			event_flush(pf);
		take_vflr(pf);
		take_mailbox(pf);
		take_port_status(pf);
	}
	event_flush(pf);
	if (!gone && pf->state == ICE_MP_PF_RUNNING)
		event_stats(pf);
}

void
ice_mp_event_turn(struct ice_mp_pf *pf)
{
	event_running = pf->events;
	event_turn(pf);
	if (!event_pending(pf->events))
		ice_mp_event_counters_show(pf->events);
	event_running = NULL;
}

void
ice_mp_event_unplug(struct ice_mp_pf *pf)
{
	__atomic_store_n(&pf->events->unplug, true, __ATOMIC_RELAXED);
}

void
ice_mp_event_publish(struct ice_mp_port *port)
{
	__atomic_store_n(&port->pf->events->slot[port->lport].port, port, __ATOMIC_SEQ_CST);
}

void
ice_mp_event_withdraw(struct ice_mp_port *port)
{
	struct event_slot *slot = &port->pf->events->slot[port->lport];
	uint32_t own = event_self == port ? 1 : 0;
	unsigned int ms = 0;

	__atomic_store_n(&slot->port, NULL, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&slot->refs, __ATOMIC_SEQ_CST) > own) {
		/* An application callback runs and may take its time; after
		 * it nothing of the port is used, so going on is safe for
		 * the driver and merely impolite to the callback. */
		if (ms++ >= EVENT_WITHDRAW_MS) {
			PORT_LOG(port, ERR, "A callback still runs while the port goes away.");
			return;
		}
		rte_delay_us_sleep(1000);
	}
}
