/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * The table of VFs: which there are, what each owns, and its life with the
 * PF's. Registers of all VFs are written when the PF is probed and after each
 * reset of it, whether the PCI functions exist or not: a VF may be enabled
 * before the application starts or while it runs.
 */

#include <errno.h>
#include <string.h>

#include <rte_cycles.h>
#include <rte_malloc.h>

#include "ice_mp_adminq.h"
#include "ice_mp_ctl.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_vc.h"
#include "ice_mp_vf_hw.h"

/** Queue pairs of a VF unless devargs say otherwise. */
#define VF_DEF_QUEUES		4
/** Queues that are left for each port, if a choice of ours is to decide. */
#define VF_PORT_QUEUES		4
/** Between two lines about what a VF does wrong, seconds. */
#define VF_LOG_S		10
/** First byte of addresses of VFs: locally administered. */
#define VF_MAC_PREFIX		0xA6
#define VF_MAC_PREFIX_OTHER	0xAE

const char * const ice_mp_vf_state_names[ICE_MP_VF_STATES] = {
	[ICE_MP_VF_OFF] = "off",
	[ICE_MP_VF_RESET] = "reset",
	[ICE_MP_VF_READY] = "ready",
	[ICE_MP_VF_MET] = "met",
	[ICE_MP_VF_ACTIVE] = "active",
	[ICE_MP_VF_RUNNING] = "running",
	[ICE_MP_VF_BROKEN] = "broken",
};

struct ice_mp_port *
ice_mp_vf_port(const struct ice_mp_vf *vf)
{
	struct ice_mp_port *port = vf->lport < ICE_MP_MAX_PORTS ? vf->pf->by_lport[vf->lport] :
								  NULL;

	return port != NULL && port->hw_up && !port->gone ? port : NULL;
}

void
ice_mp_vf_state_set(struct ice_mp_vf *vf, enum ice_mp_vf_state state)
{
	if (vf->state == state)
		return;
	VF_LOG(vf, DEBUG, "%s -> %s.", ice_mp_vf_state_names[vf->state],
	       ice_mp_vf_state_names[state]);
	__atomic_store_n(&vf->state, state, __ATOMIC_RELAXED);
}

/* ---- shares ---- */

/* Vectors a VF needs for n queue pairs: the mailbox's and one for each. */
static unsigned int
vf_vecs(unsigned int n)
{
	return n + 1;
}

/* Do nb VFs with n queue pairs each leave enough for the ports? */
static bool
vf_fits(const struct ice_mp_pf *pf, unsigned int nb, unsigned int n, unsigned int nb_ports,
	unsigned int port_queues)
{
	return nb * n + nb_ports * port_queues <=
	       (unsigned int)RTE_MIN(pf->nb_rxqs, pf->nb_txqs) &&
	       nb * vf_vecs(n) + 1 + nb_ports <= pf->nb_hw_vectors;
}

static unsigned int
vf_choose_queues(const struct ice_mp_pf *pf, unsigned int nb, unsigned int nb_ports)
{
	unsigned int least = RTE_MAX(pf->args.queues_per_port, 1);
	unsigned int n = pf->args.vf_queues;

	if (n != 0)
		return vf_fits(pf, nb, n, nb_ports, least) ? n : 0;
	for (n = VF_DEF_QUEUES; n > 1; n /= 2)
		if (vf_fits(pf, nb, n, nb_ports, RTE_MAX(least, (unsigned int)VF_PORT_QUEUES)))
			return n;
	return vf_fits(pf, nb, 1, nb_ports, least) ? 1 : 0;
}

static int
vf_check_map(const struct ice_mp_pf *pf)
{
	unsigned int i;

	for (i = 0; i < pf->args.nb_vf_map; i++) {
		if (pf->args.vf_map[i] < pf->nb_hw_ports)
			continue;
		PF_LOG(pf, ERR, "vf_map= names lport %u, the device has %u.", pf->args.vf_map[i],
		       pf->nb_hw_ports);
		return -EINVAL;
	}
	return 0;
}

int
ice_mp_vf_partition(struct ice_mp_pf *pf, unsigned int nb_ports)
{
	unsigned int nb = pf->nb_hw_vfs, n;
	struct ice_mp_vfs *vfs;
	int rc;

	if (pf->args.vfs >= 0 && pf->args.vfs > (int)nb) {
		PF_LOG(pf, ERR, "vfs=%d, but the device has %u VFs.", pf->args.vfs, nb);
		return -EINVAL;
	}
	rc = vf_check_map(pf);
	if (rc != 0)
		return rc;
	if (pf->args.vfs >= 0)
		nb = pf->args.vfs;
	if (nb == 0)
		return 0;
	n = vf_choose_queues(pf, nb, nb_ports);
	if (n == 0) {
		PF_LOG(pf, ERR, "%u VFs and %u ports are too many for %u queues and %u vectors: "
		       "see vfs=, vf_queues=, queues_per_port=.", nb, nb_ports,
		       RTE_MIN(pf->nb_rxqs, pf->nb_txqs), pf->nb_hw_vectors);
		return -ENOSPC;
	}
	vfs = rte_zmalloc_socket("ice_mp_vfs", sizeof(*vfs) + nb * sizeof(vfs->vf[0]),
				 RTE_CACHE_LINE_SIZE, pf->bus->dev->numa_node);
	if (vfs == NULL)
		return -ENOMEM;
	vfs->nb = nb;
	vfs->queues = n;
	vfs->vecs = vf_vecs(n);
	pf->vfs = vfs;
	return 0;
}

/* ---- one VF ---- */

bool
ice_mp_vf_log_due(struct ice_mp_vf *vf)
{
	uint64_t now = rte_get_timer_cycles();

	if (now < vf->log_next)
		return false;
	vf->log_next = now + VF_LOG_S * rte_get_timer_hz();
	return true;
}

/* The same in every life of the device, and no other function's: the PF's own
 * last four bytes tell devices apart. */
static void
vf_perm_mac(struct ice_mp_vf *vf)
{
	const uint8_t *pf = vf->pf->macs[0].addr_bytes;
	uint8_t *mac = vf->perm_mac.addr_bytes;

	memcpy(mac, pf, RTE_ETHER_ADDR_LEN);
	mac[0] = pf[0] == VF_MAC_PREFIX ? VF_MAC_PREFIX_OTHER : VF_MAC_PREFIX;
	mac[1] = vf->id;
}

static uint8_t
vf_map_read(const struct ice_mp_vf *vf)
{
	uint32_t four = ice_mp_rd32(vf->pf, VF_PORT_MAP + (vf->id & ~3u));

	return four >> 8 * (vf->id & 3) & VF_PORT_MAP_M;
}

void
ice_mp_vf_map_write(struct ice_mp_vf *vf)
{
	uint32_t reg = VF_PORT_MAP + (vf->id & ~3u);
	unsigned int shift = 8 * (vf->id & 3);
	uint32_t four = ice_mp_rd32(vf->pf, reg);

	ice_mp_wr32(vf->pf, reg, (four & ~(0xFFu << shift)) | (uint32_t)vf->lport << shift);
}

static uint32_t
vf_qbase(const struct ice_mp_vf *vf)
{
	return vf->q_base | (uint32_t)(vf->max_queues - 1) << VPLAN_QBASE_NUMQ_S;
}

void
ice_mp_vf_regs_on(struct ice_mp_vf *vf)
{
	uint32_t alloc = vf->vec_base | VPINT_ALLOC_VALID_M |
			 (uint32_t)(vf->vec_base + vf->nb_vecs - 1) << VPINT_ALLOC_LAST_S;
	struct ice_mp_pf *pf = vf->pf;
	uint16_t i;

	/* The VF's driver may be at its vectors already: what it sees is whole. */
	for (i = 0; i < vf->nb_vecs; i++)
		ice_mp_wr32(pf, GLINT_VECT2FUNC(vf->vec_base + i), vf->id);
	ice_mp_wr32(pf, VPINT_ALLOC_PCI(vf->id), alloc);
	ice_mp_wr32(pf, VPINT_ALLOC(vf->id), alloc);
	ice_mp_wr32(pf, VPINT_MBX_CTL(vf->id), INT_CTL_CAUSE_ENA_M);
	ice_mp_wr32(pf, VPLAN_TX_QBASE(vf->id), vf_qbase(vf));
	ice_mp_wr32(pf, VPLAN_RX_QBASE(vf->id), vf_qbase(vf));
	ice_mp_wr32(pf, VPLAN_TXQ_MAPENA(vf->id), VPLAN_MAPENA_M);
	ice_mp_wr32(pf, VPLAN_RXQ_MAPENA(vf->id), VPLAN_MAPENA_M);
}

void
ice_mp_vf_regs_off(struct ice_mp_vf *vf)
{
	struct ice_mp_pf *pf = vf->pf;
	uint16_t i;

	ice_mp_wr32(pf, VPLAN_RXQ_MAPENA(vf->id), 0);
	ice_mp_wr32(pf, VPLAN_TXQ_MAPENA(vf->id), 0);
	ice_mp_wr32(pf, VPLAN_RX_QBASE(vf->id), 0);
	ice_mp_wr32(pf, VPLAN_TX_QBASE(vf->id), 0);
	ice_mp_wr32(pf, VPINT_MBX_CTL(vf->id), 0);
	ice_mp_wr32(pf, VPINT_ALLOC(vf->id), 0);
	ice_mp_wr32(pf, VPINT_ALLOC_PCI(vf->id), 0);
	for (i = 0; i < vf->nb_vecs; i++)
		ice_mp_wr32(pf, GLINT_VECT2FUNC(vf->vec_base + i), GLINT_VECT2FUNC_IS_PF_M);
}

void
ice_mp_vf_forget(struct ice_mp_vf *vf)
{
	const struct ice_mp_vf_admin *admin = &vf->admin;

	if (vf->reset_due != 0)
		__atomic_fetch_sub(&vf->pf->vfs->nb_due, 1, __ATOMIC_RELAXED);
	vf->reset_due = 0;
	vf->caps = 0;
	vf->nb_queues = 0;
	vf->v10 = false;
	vf->strip = false;
	vf->insert = false;
	if (!rte_is_zero_ether_addr(&admin->mac))
		vf->mac = admin->mac;
}

void
ice_mp_vf_ready(struct ice_mp_vf *vf)
{
	ice_mp_vf_forget(vf);
	ice_mp_vf_regs_on(vf);
	ice_mp_wr32(vf->pf, VPGEN_VFRTRIG(vf->id), 0);
	ice_mp_vf_state_set(vf, ICE_MP_VF_READY);
	/* From here on it may come. */
	ice_mp_wr32(vf->pf, VFGEN_RSTAT(vf->id), VFGEN_RSTAT_VFACTIVE);
}

/* ---- all of them ---- */

static void
vf_table_init(struct ice_mp_pf *pf)
{
	struct ice_mp_vfs *vfs = pf->vfs;
	uint16_t q_base = pf->q_first + RTE_MIN(pf->nb_rxqs, pf->nb_txqs) -
			  vfs->nb * vfs->queues;
	uint16_t vec_base = pf->nb_hw_vectors - vfs->nb * vfs->vecs;
	unsigned int i;

	for (i = 0; i < vfs->nb; i++) {
		struct ice_mp_vf *vf = &vfs->vf[i];

		vf->pf = pf;
		vf->id = i;
		vf->lport = pf->args.nb_vf_map != 0 ?
			    pf->args.vf_map[i % pf->args.nb_vf_map] : vf_map_read(vf);
		vf->q_base = q_base + i * vfs->queues;
		vf->max_queues = vfs->queues;
		vf->vec_base = vec_base + i * vfs->vecs;
		vf->nb_vecs = vfs->vecs;
		vf->admin.spoof_check = true;
		vf_perm_mac(vf);
		vf->mac = vf->perm_mac;
		vf->state = ICE_MP_VF_OFF;
	}
}

/* Let all VFs speak; what the device noted of VFs before is old. */
static void
vf_all_ready(struct ice_mp_pf *pf)
{
	struct ice_mp_vfs *vfs = pf->vfs;
	unsigned int i;

	ice_mp_vf_hw_lost(pf);
	for (i = 0; i < vfs->nb; i += 32)
		ice_mp_wr32(pf, GLGEN_VFLRSTAT(i / 32), UINT32_MAX);
	for (i = 0; i < vfs->nb; i++) {
		ice_mp_vf_map_write(&vfs->vf[i]);
		ice_mp_vf_ready(&vfs->vf[i]);
	}
}

int
ice_mp_vf_init(struct ice_mp_pf *pf)
{
	int rc;

	if (pf->vfs == NULL)
		return 0;
	rc = ice_mp_vf_trees_init(pf->vfs);
	if (rc != 0)
		goto fail_trees;
	rc = ice_mp_vc_init(pf);
	if (rc != 0)
		goto fail_vc;
	rc = ice_mp_mbx_start(pf);
	if (rc != 0)
		goto fail_mbx;
	vf_table_init(pf);
	vf_all_ready(pf);
	PF_LOG(pf, INFO, "%u VFs with %u queues and %u vectors each.", pf->vfs->nb,
	       pf->vfs->queues, pf->vfs->vecs);
	return 0;

fail_mbx:
	ice_mp_vc_fini(pf);
fail_vc:
	ice_mp_vf_trees_fini(pf->vfs);
fail_trees:
	PF_LOG(pf, ERR, "VFs cannot be served: %s.", rte_strerror(-rc));
	return rc;
}

void
ice_mp_vf_stop(struct ice_mp_pf *pf)
{
	unsigned int i;

	if (pf->vfs == NULL)
		return;
	for (i = 0; i < pf->vfs->nb; i++) {
		struct ice_mp_vf *vf = &pf->vfs->vf[i];

		if (vf->state == ICE_MP_VF_OFF)
			continue;
		if (vf->state >= ICE_MP_VF_MET)
			ice_mp_vc_event(vf, ICE_MP_VC_EVENT_PF_CLOSE);
		ice_mp_wr32(pf, VFGEN_RSTAT(vf->id), VFGEN_RSTAT_INPROGRESS);
		ice_mp_vf_hw_fini(vf);
		ice_mp_vf_regs_off(vf);
		ice_mp_vf_forget(vf);
		ice_mp_vf_state_set(vf, ICE_MP_VF_OFF);
	}
}

void
ice_mp_vf_fini(struct ice_mp_pf *pf)
{
	if (pf->vfs == NULL)
		return;
	ice_mp_vc_fini(pf);
	ice_mp_vf_trees_fini(pf->vfs);
	rte_free(pf->vfs);
	pf->vfs = NULL;
}

void
ice_mp_vf_prepare(struct ice_mp_pf *pf)
{
	bool tell = pf->vfs != NULL && ice_mp_mbx_alive(pf);
	unsigned int i;

	if (pf->vfs == NULL)
		return;
	for (i = 0; i < pf->vfs->nb; i++) {
		struct ice_mp_vf *vf = &pf->vfs->vf[i];

		if (tell && ice_mp_vf_is_up(vf))
			ice_mp_vc_event(vf, ICE_MP_VC_EVENT_RESET_IMPENDING);
		if (vf->state != ICE_MP_VF_OFF)
			ice_mp_wr32(pf, VFGEN_RSTAT(vf->id), VFGEN_RSTAT_INPROGRESS);
		ice_mp_vf_stats_tick(vf);
		ice_mp_vf_forget(vf);
		ice_mp_vf_state_set(vf, ICE_MP_VF_OFF);
	}
	ice_mp_vf_hw_lost(pf);
	ice_mp_vc_forget(pf, NULL);
}

void
ice_mp_vf_rebuild(struct ice_mp_pf *pf)
{
	if (pf->vfs == NULL)
		return;
	if (pf->vfs->lost)
		PF_LOG(pf, ERR, "The device has not what its VFs need any more: they stay off.");
	else
		vf_all_ready(pf);
}

void
ice_mp_vf_port_gone(struct ice_mp_port *port)
{
	struct ice_mp_vfs *vfs = port->pf->vfs;
	unsigned int i;

	for (i = 0; vfs != NULL && i < vfs->nb; i++) {
		struct ice_mp_vf *vf = &vfs->vf[i];

		if (vf->lport != port->lport || !ice_mp_vf_is_up(vf))
			continue;
		ice_mp_vc_link(vf, false, 0);
		ice_mp_vc_event(vf, ICE_MP_VC_EVENT_RESET_IMPENDING);
		(void)ice_mp_vf_reset(vf, ICE_MP_VF_BY_PF);
	}
}
