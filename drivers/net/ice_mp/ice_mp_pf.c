/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Life of a PF: attach (probe) and detach (remove). Attach is a list of
 * steps, each with its mirror; a step that fails undoes those before it in
 * reverse, and nothing is left.
 */

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <rte_errno.h>
#include <rte_malloc.h>
#include <rte_string_fns.h>

#include "ice_mp_adminq.h"
#include "ice_mp_aqcmd.h"
#include "ice_mp_compat.h"
#include "ice_mp_ctl.h"
#include "ice_mp_event.h"
#include "ice_mp_log.h"
#include "ice_mp_pf.h"
#include "ice_mp_port.h"
#include "ice_mp_rate.h"
#include "ice_mp_process.h"
#include "ice_mp_repr.h"
#include "ice_mp_rxtx.h"
#include "ice_mp_vf.h"

RTE_LOG_REGISTER_DEFAULT(ice_mp_logtype, NOTICE);

/** The AdminQ interface we were written for; a newer major may differ. */
#define PF_API_MAJOR		1
/** Vectors EAL can program in one call, the misc one included. */
#define PF_MAX_VECTORS		(RTE_MAX_RXTX_INTR_VEC_ID + 1)

static struct ice_mp_pf_list pfs = TAILQ_HEAD_INITIALIZER(pfs);
static pthread_mutex_t pfs_lock = PTHREAD_MUTEX_INITIALIZER;

struct ice_mp_pf_list *
ice_mp_pfs_lock(void)
{
	pthread_mutex_lock(&pfs_lock);
	return &pfs;
}

void
ice_mp_pfs_unlock(void)
{
	pthread_mutex_unlock(&pfs_lock);
}

static struct ice_mp_pf *
pf_find(const struct rte_device *dev)
{
	struct ice_mp_pf *pf;

	pthread_mutex_lock(&pfs_lock);
	TAILQ_FOREACH(pf, &pfs, next)
		if (pf->bus->dev == dev)
			break;
	pthread_mutex_unlock(&pfs_lock);
	return pf;
}

struct ice_mp_bus *
ice_mp_bus_of(const struct rte_device *dev)
{
	const struct ice_mp_pf *pf = pf_find(dev);

	return pf != NULL ? pf->bus : NULL;
}

static int
pf_identify(struct ice_mp_pf *pf)
{
	uint32_t caps = ice_mp_rd32(pf, MP_CAPS);

	if (caps == UINT32_MAX)
		return -ENODEV;
	if (caps >> MP_CAPS_MAGIC_S != MP_CAPS_MAGIC) {
		PF_LOG(pf, ERR, "This is not an ice_mp device (MP_CAPS 0x%x).", caps);
		return -ENODEV;
	}
	if ((caps & MP_CAPS_VERSION_M) >> MP_CAPS_VERSION_S != MP_CAPS_VERSION) {
		PF_LOG(pf, ERR, "The multi-port window has version %u, not %u.",
		       (caps & MP_CAPS_VERSION_M) >> MP_CAPS_VERSION_S, MP_CAPS_VERSION);
		return -ENOTSUP;
	}
	pf->multi_port = (caps & MP_CAPS_MULTI_PORT_M) != 0;
	return 0;
}

static int
pf_firmware(struct ice_mp_pf *pf)
{
	struct ice_mp_fw_ver ver;
	int rc;

	rc = ice_mp_aqc_version(pf, &ver);
	if (rc != 0) {
		PF_LOG(pf, ERR, "The firmware does not tell its version: %s.", rte_strerror(-rc));
		return rc;
	}
	if (ver.api_major != PF_API_MAJOR) {
		PF_LOG(pf, ERR, "AdminQ interface %u.%u is not supported.", ver.api_major,
		       ver.api_minor);
		return -ENOTSUP;
	}
	snprintf(pf->fw_version, sizeof(pf->fw_version), "%u.%u.%u api %u.%u.%u", ver.fw_major,
		 ver.fw_minor, ver.fw_patch, ver.api_major, ver.api_minor, ver.api_patch);
	rc = ice_mp_aqc_clear_pf(pf);
	if (rc == 0)
		rc = ice_mp_aqc_driver_version(pf, "ice_mp");
	if (rc != 0)
		PF_LOG(pf, ERR, "The function could not be cleared: %s.", rte_strerror(-rc));
	return rc;
}

static int
pf_capabilities(struct ice_mp_pf *pf)
{
	struct ice_mp_caps dev, fn;
	int rc;

	rc = ice_mp_aqc_caps(pf, true, &dev);
	if (rc == 0)
		rc = ice_mp_aqc_caps(pf, false, &fn);
	if (rc != 0) {
		PF_LOG(pf, ERR, "No capabilities: %s.", rte_strerror(-rc));
		return rc;
	}
	if (dev.valid_functions == 0 || fn.valid_functions == 0 || fn.vsis == 0 ||
	    fn.rxqs == 0 || fn.txqs == 0 || fn.vectors == 0 || fn.rxq_first != fn.txq_first ||
	    fn.rxq_first + RTE_MIN(fn.rxqs, fn.txqs) > ICE_MP_HW_MAX_RXQ) {
		PF_LOG(pf, ERR, "The capabilities make no sense (%u Rx queues from %u, %u Tx "
		       "queues from %u, %u vectors, %u VSIs).", fn.rxqs, fn.rxq_first, fn.txqs,
		       fn.txq_first, fn.vectors, fn.vsis);
		return -EIO;
	}
	if (fn.rss_size < ICE_MP_RSS_LUT_GLOBAL) {
		PF_LOG(pf, ERR, "RSS tables have %u entries, not %u.", fn.rss_size,
		       ICE_MP_RSS_LUT_GLOBAL);
		return -ENOTSUP;
	}
	if (fn.max_frame != 0 && fn.max_frame < RTE_ETHER_MAX_LEN + 2 * RTE_VLAN_HLEN) {
		PF_LOG(pf, ERR, "A largest frame of %u bytes makes no sense.", fn.max_frame);
		return -EIO;
	}
	pf->nb_rxqs = fn.rxqs;
	pf->nb_txqs = fn.txqs;
	pf->q_first = fn.rxq_first;
	pf->rss_size = fn.rss_size;
	pf->nb_hw_vectors = fn.vectors;
	pf->nb_vectors = RTE_MIN(fn.vectors, pf->bus->max_vectors);
	pf->nb_vectors = RTE_MIN(pf->nb_vectors, PF_MAX_VECTORS);
	pf->nb_hw_vfs = fn.vfs;
	if (fn.vfs != 0 && fn.vf_first != 0) {
		PF_LOG(pf, NOTICE, "Its VFs begin with number %u of the device, not with 0: they "
		       "are not served.", fn.vf_first);
		pf->nb_hw_vfs = 0;
	}
	pf->max_frame = RTE_MIN(fn.max_frame != 0 ? fn.max_frame : ICE_MP_MAX_FRAME,
				ICE_MP_MAX_FRAME);
	return 0;
}

/* What the AdminQ says about ports is what counts; that other sources say
 * the same is checked. */
static int
pf_ports(struct ice_mp_pf *pf)
{
	struct ice_mp_sw_port ports[ICE_MP_MAX_PORTS];
	struct ice_mp_port_options options;
	uint8_t macs_valid, opt_ports, lport;
	uint32_t mp_count;
	int nb, rc;
	int i;

	nb = ice_mp_aqc_sw_ports(pf, ports);
	if (nb < 0) {
		PF_LOG(pf, ERR, "No switch configuration: %s.", rte_strerror(-nb));
		return nb;
	}
	mp_count = ice_mp_rd32(pf, MP_PORT_COUNT) & MP_PORT_COUNT_M;
	if (mp_count != (uint32_t)nb) {
		PF_LOG(pf, ERR, "The switch configuration has %d ports, MP_PORT_COUNT says %u.",
		       nb, mp_count);
		return -EIO;
	}
	pf->nb_hw_ports = nb;
	for (i = 0; i < nb; i++) {
		if (ports[i].lport >= nb) {
			PF_LOG(pf, ERR, "%d ports, but one of them is lport %u.", nb,
			       ports[i].lport);
			return -EIO;
		}
		pf->swids[ports[i].lport] = ports[i].swid;
	}
	rc = ice_mp_aqc_macs(pf, pf->macs, &macs_valid);
	if (rc != 0) {
		PF_LOG(pf, ERR, "No addresses: %s.", rte_strerror(-rc));
		return rc;
	}
	if (macs_valid != (1u << nb) - 1) {
		PF_LOG(pf, ERR, "Addresses are for ports 0x%x of %d.", macs_valid, nb);
		return -EIO;
	}
	for (lport = 0; lport < nb; lport++) {
		rc = ice_mp_aqc_port_options(pf, lport, &options);
		if (rc != 0) {
			PF_LOG(pf, ERR, "No options of lport %u: %s.", lport, rte_strerror(-rc));
			return rc;
		}
		opt_ports = options.opt[options.active].nb_ports;
		if (opt_ports != nb) {
			PF_LOG(pf, ERR, "The options of lport %u are for %u ports, not %d.", lport,
			       opt_ports, nb);
			return -EIO;
		}
	}
	return 0;
}

/* Does the device still have the port, and its queues? */
static bool
pf_has_port(const struct ice_mp_pf *now, const struct ice_mp_port *port)
{
	return port->lport < now->nb_hw_ports &&
	       port->q_base + port->nb_queues <=
	       now->q_first + RTE_MIN(now->nb_rxqs, now->nb_txqs);
}

/* Which ports are left on the device as it is now. @return false: none */
static bool
pf_ports_left(struct ice_mp_pf *pf, const struct ice_mp_pf *now)
{
	bool left = false;
	unsigned int i;

	if (now->nb_hw_ports != pf->nb_hw_ports)
		PF_LOG(pf, NOTICE, "The device has %u ports, it had %u.", now->nb_hw_ports,
		       pf->nb_hw_ports);
	for (i = 0; i < ICE_MP_MAX_PORTS; i++) {
		struct ice_mp_port *port = pf->ports[i];

		if (port == NULL || port->gone)
			continue;
		if (pf_has_port(now, port)) {
			port->swid = now->swids[port->lport];
			left = true;
			continue;
		}
		PORT_LOG(port, ERR, "The port is gone, or its queues are.");
		__atomic_store_n(&port->gone, true, __ATOMIC_RELAXED);
	}
	/* What was closed may come back as well. Telemetry reads this without
	 * the control lock. */
	__atomic_store_n(&pf->nb_hw_ports, now->nb_hw_ports, __ATOMIC_RELAXED);
	return left;
}

int
ice_mp_pf_rediscover(struct ice_mp_pf *pf)
{
	/* Operations that never wait go on reading the PF meanwhile, and its
	 * locks are others' to take: no copy of the whole. */
	struct ice_mp_pf now = { .bus = pf->bus, .aq = pf->aq, .events = pf->events };
	int rc;

	strlcpy(now.name, pf->name, sizeof(now.name));
	rc = pf_identify(&now);
	if (rc == 0)
		rc = pf_firmware(&now);
	if (rc == 0)
		rc = pf_capabilities(&now);
	if (rc == 0)
		rc = pf_ports(&now);
	if (rc != 0)
		return rc;
	/* What became more is left for the next probe. */
	if (pf->q_first != now.q_first || now.max_frame < pf->max_frame ||
	    now.nb_vectors < pf->nb_vectors_on || now.multi_port != pf->multi_port) {
		PF_LOG(pf, ERR, "After its reset this is another device.");
		return -ENODEV;
	}
	ice_mp_ctl_lock(pf);
	if (pf->vfs != NULL)
		pf->vfs->lost = now.nb_hw_vfs < pf->vfs->nb ||
			now.nb_hw_vectors < pf->nb_hw_vectors ||
			RTE_MIN(now.nb_rxqs, now.nb_txqs) < RTE_MIN(pf->nb_rxqs, pf->nb_txqs);
	memcpy(pf->fw_version, now.fw_version, sizeof(pf->fw_version));
	rc = pf_ports_left(pf, &now) ? 0 : -ENODEV;
	ice_mp_ctl_unlock(pf);
	return rc;
}

static int
pf_scheduler(struct ice_mp_pf *pf)
{
	struct ice_mp_aq_sched_res res;
	uint16_t leaves;
	unsigned int i;
	int rc;

	rc = ice_mp_aqc_sched_res(pf, &res);
	if (rc != 0) {
		PF_LOG(pf, ERR, "No scheduler resources: %s.", rte_strerror(-rc));
		return rc;
	}
	leaves = res.layer[ICE_MP_SCHED_LEAF_LAYER].max_sibl_grp_sz;
	if (res.logical_levels != ICE_MP_SCHED_LAYERS || leaves == 0) {
		PF_LOG(pf, ERR, "A scheduler of %u layers with %u leaves is not supported.",
		       res.logical_levels, leaves);
		return -ENOTSUP;
	}
	pf->qgrp_max = leaves;
	for (i = 0; i < ICE_MP_SCHED_LAYERS; i++)
		pf->siblings[i] = RTE_MAX(res.layer[i].max_sibl_grp_sz, 1);
	return 0;
}

/* Share queues and vectors: to each VF its slice from the end, the rest among
 * the ports, to each the same, to none nothing. */
static int
pf_partition(struct ice_mp_pf *pf, uint8_t mask)
{
	uint16_t pool = RTE_MIN(pf->nb_rxqs, pf->nb_txqs);
	uint8_t nb = __builtin_popcount(mask);
	uint16_t queues, vecs;
	unsigned int i;
	int rc;

	rc = ice_mp_vf_partition(pf, nb);
	if (rc != 0)
		return rc;
	if (pf->vfs != NULL) {
		pool -= pf->vfs->nb * pf->vfs->queues;
		pf->nb_vectors = RTE_MIN(pf->nb_vectors, pf->nb_hw_vectors -
					 pf->vfs->nb * pf->vfs->vecs);
	}
	queues = pf->args.queues_per_port;
	if (queues == 0)
		queues = RTE_MIN(pool / nb, ICE_MP_PORT_MAX_QUEUES);
	queues = RTE_MIN(queues, pf->qgrp_max);
	if (queues == 0 || queues * nb > pool) {
		PF_LOG(pf, ERR, "%u ports with %u queues each are too many for %u queues.", nb,
		       RTE_MAX(queues, 1), pool);
		rte_free(pf->vfs);
		pf->vfs = NULL;
		return -ENOSPC;
	}
	vecs = (pf->nb_vectors - 1) / nb;
	vecs = RTE_MIN(vecs, RTE_MIN(queues, ICE_MP_PORT_MAX_VECS));
	if (vecs == 0)
		PF_LOG(pf, NOTICE, "%u vectors for %u ports: no Rx interrupts.", pf->nb_vectors,
		       nb);
	for (i = 0; i < pf->nb_ports; i++) {
		pf->ports[i]->q_base = pf->q_first + i * queues;
		pf->ports[i]->nb_queues = queues;
		pf->ports[i]->vec_base = 1 + i * vecs;
		pf->ports[i]->nb_vecs = vecs;
	}
	return 0;
}

static uint8_t
pf_port_mask(struct ice_mp_pf *pf)
{
	uint8_t all = (1u << pf->nb_hw_ports) - 1;
	uint8_t want = pf->args.port_mask;

	if ((want & ~all) != 0) {
		PF_LOG(pf, ERR, "ports= names lports 0x%x, the device has %u.", want,
		       pf->nb_hw_ports);
		return 0;
	}
	return want != 0 ? want : all;
}

static void
pf_ethdevs_discard(struct ice_mp_pf *pf)
{
	while (pf->nb_ports > 0)
		ice_mp_ethdev_discard(pf->ports[--pf->nb_ports]);
}

static int
pf_ethdevs_create(struct ice_mp_pf *pf, uint8_t mask)
{
	uint8_t lport;
	int rc;

	for (lport = 0; lport < pf->nb_hw_ports; lport++) {
		if ((mask & (1u << lport)) == 0)
			continue;
		rc = ice_mp_ethdev_create(pf, lport, pf->nb_ports);
		if (rc != 0) {
			pf_ethdevs_discard(pf);
			return rc;
		}
		pf->nb_ports++;
	}
	return 0;
}

static void
pf_ports_down(struct ice_mp_pf *pf, unsigned int nb)
{
	while (nb-- > 0) {
		ice_mp_port_dev(pf->ports[nb])->intr_handle = NULL;
		ice_mp_intr_port_fini(pf->ports[nb]);
		ice_mp_port_hw_fini(pf->ports[nb]);
	}
}

static int
pf_ports_up(struct ice_mp_pf *pf)
{
	unsigned int i;
	int rc;

	for (i = 0; i < pf->nb_ports; i++) {
		struct ice_mp_port *port = pf->ports[i];

		rc = ice_mp_port_hw_init(port);
		if (rc != 0)
			goto fail;
		rc = ice_mp_intr_port_init(port);
		if (rc != 0) {
			ice_mp_port_hw_fini(port);
			goto fail;
		}
		ice_mp_port_dev(port)->intr_handle = port->intr_handle;
	}
	return 0;
fail:
	pf_ports_down(pf, i);
	return rc;
}

/* The link as it is now, so that an application finds no surprise. */
static int
pf_publish(struct ice_mp_pf *pf)
{
	unsigned int i;
	int rc;

	for (i = 0; i < pf->nb_ports; i++) {
		rc = ice_mp_link_refresh(pf->ports[i]);
		if (rc < 0) {
			PORT_LOG(pf->ports[i], ERR, "The link status could not be read: %s.",
				 rte_strerror(-rc));
			while (i-- > 0)
				ice_mp_event_withdraw(pf->ports[i]);
			return rc;
		}
		ice_mp_event_publish(pf->ports[i]);
	}
	return 0;
}

static void
pf_withdraw(struct ice_mp_pf *pf)
{
	unsigned int i;

	for (i = 0; i < pf->nb_ports; i++)
		ice_mp_event_withdraw(pf->ports[i]);
}

RTE_EXPORT_INTERNAL_SYMBOL(ice_mp_attach)
int
ice_mp_attach(struct ice_mp_bus *bus, const char *args)
{
	struct ice_mp_pf *pf;
	uint8_t mask, i;
	int rc;

	if (rte_eal_process_type() != RTE_PROC_PRIMARY)
		return ice_mp_secondary_attach(bus);
	if (pf_find(bus->dev) != NULL)
		return -EEXIST;
	pf = rte_zmalloc_socket("ice_mp_pf", sizeof(*pf), RTE_CACHE_LINE_SIZE,
				bus->dev->numa_node);
	if (pf == NULL)
		return -ENOMEM;
	pf->bus = bus;
	strlcpy(pf->name, bus->dev->name, sizeof(pf->name));
	pthread_mutex_init(&pf->lock, NULL);
	ice_mp_ctl_init(pf);
	/* Until all is there; the event thread waits. */
	ice_mp_ctl_lock(pf);

	rc = ice_mp_devargs_parse(pf->name, args, &pf->args);
	if (rc != 0)
		goto fail_devargs;
	rc = ice_mp_process_init();
	if (rc != 0)
		goto fail_process;
	pf->parked = rte_zmalloc_socket("ice_mp_parked", ICE_MP_PARKED_RING, RTE_CACHE_LINE_SIZE,
					bus->dev->numa_node);
	if (pf->parked == NULL) {
		rc = -ENOMEM;
		goto fail_parked;
	}
	rc = pf_identify(pf);
	if (rc != 0)
		goto fail_identify;
	rc = ice_mp_event_init(pf);
	if (rc != 0)
		goto fail_event_init;
	rc = ice_mp_aq_init(pf);
	if (rc != 0)
		goto fail_aq_init;
	rc = ice_mp_pf_reset(pf);
	if (rc != 0)
		goto fail_reset;
	rc = ice_mp_aq_start(pf);
	if (rc != 0)
		goto fail_aq_start;
	rc = pf_firmware(pf);
	if (rc != 0)
		goto fail_discover;
	rc = pf_capabilities(pf);
	if (rc != 0)
		goto fail_discover;
	rc = pf_ports(pf);
	if (rc != 0)
		goto fail_discover;
	rc = pf_scheduler(pf);
	if (rc != 0)
		goto fail_discover;
	mask = pf_port_mask(pf);
	if (mask == 0) {
		rc = -EINVAL;
		goto fail_discover;
	}
	rc = rte_eth_switch_domain_alloc(&pf->domain_id);
	if (rc != 0)
		goto fail_domain;
	rc = pf_ethdevs_create(pf, mask);
	if (rc != 0)
		goto fail_ethdevs;
	rc = pf_partition(pf, mask);
	if (rc != 0)
		goto fail_partition;
	rc = ice_mp_intr_init(pf);
	if (rc != 0)
		goto fail_intr;
	rc = pf_ports_up(pf);
	if (rc != 0)
		goto fail_ports;
	rc = ice_mp_vf_init(pf);
	if (rc != 0)
		goto fail_vfs;
	rc = ice_mp_reprs_create(pf);
	if (rc != 0)
		goto fail_reprs;
	rc = pf_publish(pf);
	if (rc != 0)
		goto fail_publish;
	rc = ice_mp_event_start(pf);
	if (rc != 0)
		goto fail_events;

	PF_LOG(pf, INFO, "%u of %u ports, %u queues and %u vectors each, firmware %s.",
	       pf->nb_ports, pf->nb_hw_ports, pf->ports[0]->nb_queues, pf->ports[0]->nb_vecs,
	       pf->fw_version);
	ice_mp_ctl_unlock(pf);
	/* The list's lock comes before a PF's. */
	pthread_mutex_lock(&pfs_lock);
	TAILQ_INSERT_TAIL(&pfs, pf, next);
	pthread_mutex_unlock(&pfs_lock);
	/* The application learns of a port when all of them are complete. It
	 * may close one from the callback. */
	for (i = 0; i < pf->nb_ports; i++)
		if (pf->ports[i] != NULL)
			rte_eth_dev_probing_finish(ice_mp_port_dev(pf->ports[i]));
	ice_mp_reprs_announce(pf);
	return 0;

fail_events:
	pf_withdraw(pf);
fail_publish:
	ice_mp_reprs_discard(pf);
fail_reprs:
	ice_mp_vf_stop(pf);
fail_vfs:
	pf_ports_down(pf, pf->nb_ports);
fail_ports:
	ice_mp_intr_fini(pf);
fail_intr:
	ice_mp_vf_fini(pf);
fail_partition:
	pf_ethdevs_discard(pf);
fail_ethdevs:
	rte_eth_switch_domain_free(pf->domain_id);
fail_domain:
fail_discover:
	ice_mp_aq_stop(pf);
fail_aq_start:
fail_reset:
	ice_mp_pf_release(pf);
	ice_mp_aq_fini(pf);
fail_aq_init:
	ice_mp_event_fini(pf);
fail_event_init:
fail_identify:
	ice_mp_rates_fini(pf);
	rte_free(pf->parked);
fail_parked:
	ice_mp_process_fini();
fail_process:
fail_devargs:
	PF_LOG(pf, ERR, "The device was not attached: %s.", rte_strerror(-rc));
	ice_mp_ctl_unlock(pf);
	ice_mp_ctl_fini(pf);
	pthread_mutex_destroy(&pf->lock);
	rte_free(pf);
	return rc;
}

RTE_EXPORT_INTERNAL_SYMBOL(ice_mp_detach)
int
ice_mp_detach(struct rte_device *dev)
{
	struct ice_mp_pf *pf = pf_find(dev);
	uint16_t port_id;
	int rc;

	if (rte_eal_process_type() != RTE_PROC_PRIMARY)
		return ice_mp_secondary_detach(dev);
	if (pf == NULL)
		return -ENODEV;
	/* No callback from here on. */
	rc = ice_mp_event_stop(pf);
	if (rc != 0) {
		PF_LOG(pf, ERR, "The device cannot be removed from an event callback.");
		return rc;
	}
	/* VFs are told while the ports they are on are there. */
	ice_mp_ctl_lock(pf);
	ice_mp_vf_stop(pf);
	ice_mp_ctl_unlock(pf);
	RTE_ETH_FOREACH_DEV_OF(port_id, dev) {
		rc = rte_eth_devices[port_id].data->dev_started ? rte_eth_dev_stop(port_id) : 0;
		if (rc != 0)
			PF_LOG(pf, WARNING, "Port %u does not stop: %s.", port_id,
			       rte_strerror(-rc));
		rc = rte_eth_dev_close(port_id);
		if (rc != 0)
			PF_LOG(pf, WARNING, "Port %u does not close: %s.", port_id,
			       rte_strerror(-rc));
	}
	pthread_mutex_lock(&pfs_lock);
	TAILQ_REMOVE(&pfs, pf, next);
	pthread_mutex_unlock(&pfs_lock);
	ice_mp_ctl_lock(pf);
	ice_mp_intr_fini(pf);
	rte_eth_switch_domain_free(pf->domain_id);
	ice_mp_aq_stop(pf);
	ice_mp_pf_release(pf);
	ice_mp_vf_fini(pf);
	ice_mp_ctl_unlock(pf);
	ice_mp_aq_fini(pf);
	ice_mp_event_fini(pf);
	ice_mp_ctl_fini(pf);
	pthread_mutex_destroy(&pf->lock);
	ice_mp_rates_fini(pf);
	rte_free(pf->parked);
	rte_free(pf);
	ice_mp_process_fini();
	return 0;
}

RTE_EXPORT_INTERNAL_SYMBOL(ice_mp_event_counters_by_port)
int
ice_mp_event_counters_by_port(uint16_t port_id, struct ice_mp_event_counters *out)
{
	struct ice_mp_pf *pf;
	int rc = -ENODEV;
	unsigned int i;

	pthread_mutex_lock(&pfs_lock);
	TAILQ_FOREACH(pf, &pfs, next) {
		pthread_mutex_lock(&pf->lock);
		for (i = 0; i < ICE_MP_MAX_PORTS; i++) {
			if (pf->ports[i] == NULL || pf->ports[i]->data->port_id != port_id)
				continue;
			ice_mp_event_counters_get(pf, out);
			rc = 0;
		}
		pthread_mutex_unlock(&pf->lock);
	}
	pthread_mutex_unlock(&pfs_lock);
	return rc;
}
