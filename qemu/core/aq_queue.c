/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Tx queues as the scheduler's leaves: 0x0C30 and 0x0C31.
 */

#include "aq_priv.h"

/* The leaf of a Tx queue, NULL: it has none. The leaf of a VF's queue outlives
 * a reset of the VF: it is the PF that takes it away. */
static struct icc_sched_node *
leaf_of(struct ice_core *core, uint16_t q)
{
	struct icc_sched_node *n = icc_sched_node(core, core->txq[q].teid);

	return n != NULL && n->txq == q ? n : NULL;
}

/* A queue, its source VSI and the function that the context names must be of
 * one owner. */
static bool
owner_ok(struct ice_core *core, const struct ice_mp_aq_txq *t, const struct icc_vsi *v)
{
	uint8_t type = ice_mp_ctx_get(t->ctx, TLAN_CTX_VMVF_TYPE_S, TLAN_CTX_VMVF_TYPE_W);
	uint16_t vf = ice_mp_ctx_get(t->ctx, TLAN_CTX_VMVF_NUM_S, TLAN_CTX_VMVF_NUM_W);
	uint16_t fn = icc_vf_queue_owner(core, t->txq_id, true);

	/* Without VFs nobody looks at the field. */
	if (core->cfg.nb_vfs == 0)
		return true;
	if ((type == TLAN_CTX_VMVF_TYPE_VF) != (fn != ICE_CORE_FN_PF) ||
	    (fn != ICE_CORE_FN_PF && fn != ICE_CORE_FN_VF(vf)) || icc_vsi_fn(v) != fn) {
		icc_breach(core, ICC_BR_TX_CTX,
			   "Tx queue %u of function %u: vmvf type %u number %u, VSI of function %u",
			   t->txq_id, fn, type, vf, icc_vsi_fn(v));
		return false;
	}
	return true;
}

/* Is this queue entry the caller's to create under that parent? */
static enum ice_mp_aq_err
check_txq(struct ice_core *core, uint16_t fn, const struct icc_sched_node *parent,
	  const struct ice_mp_aq_txq *t)
{
	uint8_t lport = ice_mp_ctx_get(t->ctx, TLAN_CTX_PORT_NUM_S, TLAN_CTX_PORT_NUM_W);
	uint16_t src = ice_mp_ctx_get(t->ctx, TLAN_CTX_SRC_VSI_S, TLAN_CTX_SRC_VSI_W);
	const struct icc_vsi *v;

	if (t->txq_id >= core->pf.nb_queues) {
		icc_breach(core, ICC_BR_AQ_PARAM, "Tx queue %u of %u", t->txq_id,
			   core->pf.nb_queues);
		return ICE_MP_AQ_RC_EINVAL;
	}
	if (core->txq[t->txq_id].ena || leaf_of(core, t->txq_id) != NULL) {
		icc_breach(core, ICC_BR_AQ_PARAM, "Tx queue %u created twice", t->txq_id);
		return ICE_MP_AQ_RC_EEXIST;
	}
	if (lport != parent->lport) {
		icc_breach(core, ICC_BR_TX_CTX, "Tx queue %u: port_num %u under lport %u's tree",
			   t->txq_id, lport, parent->lport);
		return ICE_MP_AQ_RC_EINVAL;
	}
	v = icc_aq_vsi(core, fn, src);
	if (v == NULL || v->lport != parent->lport) {
		icc_breach(core, ICC_BR_TX_CTX, "Tx queue %u: source VSI %u is not of lport %u",
			   t->txq_id, src, parent->lport);
		return ICE_MP_AQ_RC_EINVAL;
	}
	if (!owner_ok(core, t, v))
		return ICE_MP_AQ_RC_EINVAL;
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
add_one(struct ice_core *core, uint16_t fn, struct icc_sched_node *parent,
	struct ice_mp_aq_txq *t)
{
	struct icc_sched_node *leaf;
	enum ice_mp_aq_err rc;

	rc = check_txq(core, fn, parent, t);
	if (rc != ICE_MP_AQ_RC_OK)
		return rc;
	if (parent->nb_children >= ICC_MAX_SIBLINGS)
		return ICE_MP_AQ_RC_ENOSPC;
	leaf = icc_sched_add(core, fn, parent, &t->info);
	if (leaf == NULL)
		return ICE_MP_AQ_RC_ENOSPC;
	leaf->data.elem_type = ICE_MP_AQ_ELEM_TYPE_LEAF;
	rc = icc_txq_enable(core, icc_vf_queue_owner(core, t->txq_id, true), t->txq_id,
			    leaf->teid, t->ctx);
	if (rc != ICE_MP_AQ_RC_OK) {
		icc_sched_del(core, leaf);
		return rc;
	}
	leaf->txq = t->txq_id;
	t->q_teid = leaf->teid;
	icc_rate_update(core);
	return ICE_MP_AQ_RC_OK;
}

static void
del_one(struct ice_core *core, uint16_t q)
{
	struct icc_sched_node *leaf = leaf_of(core, q);

	icc_txq_disable(core, q);
	if (leaf != NULL)
		icc_sched_del(core, leaf);
}

static enum ice_mp_aq_err
add_txqs(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	uint8_t groups = ICC_PARAMS(d, ice_mp_aqc_add_txqs)->num_qgrps;
	uint16_t done[ICE_MP_AQ_MAX_BUF / sizeof(struct ice_mp_aq_txq)];
	unsigned int g, i, off = 0, nb_done = 0;
	enum ice_mp_aq_err rc = ICE_MP_AQ_RC_OK;

	if (groups == 0)
		return ICE_MP_AQ_RC_EINVAL;
	for (g = 0; g < groups && rc == ICE_MP_AQ_RC_OK; g++) {
		struct ice_mp_aq_txq_grp *grp = (void *)(buf + off);
		struct icc_sched_node *parent;

		if (off + sizeof(*grp) > len ||
		    off + sizeof(*grp) + grp->num_txqs * sizeof(grp->txq[0]) > len ||
		    grp->num_txqs == 0) {
			rc = ICE_MP_AQ_RC_EINVAL;
			break;
		}
		parent = icc_sched_node(core, grp->parent_teid);
		if (parent == NULL || parent->layer != ICE_MP_SCHED_QGRP_LAYER) {
			icc_breach(core, ICC_BR_AQ_PARAM, "TEID 0x%x is no queue group",
				   grp->parent_teid);
			rc = ICE_MP_AQ_RC_ENOENT;
			break;
		}
		for (i = 0; i < grp->num_txqs; i++) {
			rc = add_one(core, fn, parent, &grp->txq[i]);
			if (rc != ICE_MP_AQ_RC_OK)
				break;
			done[nb_done++] = grp->txq[i].txq_id;
		}
		off += sizeof(*grp) + grp->num_txqs * sizeof(grp->txq[0]);
	}
	/* All or nothing. */
	while (rc != ICE_MP_AQ_RC_OK && nb_done > 0)
		del_one(core, done[--nb_done]);
	return rc;
}

static enum ice_mp_aq_err
dis_txqs(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	const struct ice_mp_aqc_dis_txqs *p = ICC_PARAMS(d, ice_mp_aqc_dis_txqs);
	unsigned int g, i, off, size, pass;

	(void)fn;
	if ((p->cmd_type & ICE_MP_AQ_Q_DIS_CMD_M) == ICE_MP_AQ_Q_DIS_CMD_VF_RESET) {
		uint16_t vf = p->vmvf_timeout & ICE_MP_AQ_Q_DIS_VMVF_M;

		if (vf >= core->cfg.nb_vfs) {
			icc_breach(core, ICC_BR_AQ_PARAM, "disable for the reset of VF %u of %u",
				   vf, core->cfg.nb_vfs);
			return ICE_MP_AQ_RC_EINVAL;
		}
		/* Leaves go with the queues that are listed. */
		icc_vf_stop_queues(core, vf, false);
	}
	if ((p->cmd_type & ICE_MP_AQ_Q_DIS_CMD_M) != ICE_MP_AQ_Q_DIS_CMD_NONE &&
	    p->num_entries == 0)
		return ICE_MP_AQ_RC_OK;
	if (p->num_entries == 0)
		return ICE_MP_AQ_RC_EINVAL;
	for (pass = 0; pass < 2; pass++) {
		for (g = 0, off = 0; g < p->num_entries; g++, off += size) {
			const struct ice_mp_aq_dis_txq_item *it = (void *)(buf + off);

			/* Not sizeof: the compiler pads the head of six bytes. */
			if (off + offsetof(struct ice_mp_aq_dis_txq_item, q_id) > len)
				return ICE_MP_AQ_RC_EINVAL;
			size = offsetof(struct ice_mp_aq_dis_txq_item, q_id) +
			       it->num_qs * sizeof(it->q_id[0]);
			if (off + size > len)
				return ICE_MP_AQ_RC_EINVAL;
			/* Items are padded to a multiple of four bytes. */
			size = (size + 3) & ~3u;
			for (i = 0; i < it->num_qs; i++) {
				uint16_t q = it->q_id[i];
				struct icc_sched_node *leaf;

				if (pass == 1) {
					del_one(core, q);
					continue;
				}
				leaf = q < core->pf.nb_queues ? leaf_of(core, q) : NULL;
				if (leaf == NULL || leaf->parent != it->parent_teid) {
					icc_breach(core, ICC_BR_AQ_PARAM,
						   "disable of Tx queue %u that is not under 0x%x",
						   q, it->parent_teid);
					return ICE_MP_AQ_RC_ENOENT;
				}
			}
		}
	}
	return ICE_MP_AQ_RC_OK;
}

const struct icc_aq_cmd icc_aq_queue[] = {
	{ ICE_MP_AQ_ADD_TXQS,
	  sizeof(struct ice_mp_aq_txq_grp) + sizeof(struct ice_mp_aq_txq), add_txqs },
	{ ICE_MP_AQ_DIS_TXQS, 0, dis_txqs },
	{ 0, 0, NULL },
};
