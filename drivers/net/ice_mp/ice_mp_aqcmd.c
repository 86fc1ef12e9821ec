/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "ice_mp_aqcmd_priv.h"

/** Rounds of a command that continues (0x0200) before it is a loop. */
#define AQC_MAX_ROUNDS		16

int
ice_mp_aqc_version(struct ice_mp_pf *pf, struct ice_mp_fw_ver *ver)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_GET_VER };
	const struct ice_mp_aqc_get_ver *p = AQC_PARAMS(desc, struct ice_mp_aqc_get_ver);
	int rc;

	rc = aqc_direct(pf, &desc);
	if (rc != 0)
		return rc;
	ver->fw_major = p->fw_major;
	ver->fw_minor = p->fw_minor;
	ver->fw_patch = p->fw_patch;
	ver->api_major = p->api_major;
	ver->api_minor = p->api_minor;
	ver->api_patch = p->api_patch;
	ver->build = p->fw_build;
	return 0;
}

int
ice_mp_aqc_driver_version(struct ice_mp_pf *pf, const char *name)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_DRIVER_VER };
	struct ice_mp_aqc_driver_ver *p = AQC_PARAMS(desc, struct ice_mp_aqc_driver_ver);
	char buf[32] = "";
	int rc;

	p->major = 0;
	p->minor = 1;
	snprintf(buf, sizeof(buf), "%s", name);
	rc = ice_mp_aq_exec(pf, &desc, buf, (uint16_t)(strlen(buf) + 1), true);
	return rc < 0 ? rc : 0;
}

int
ice_mp_aqc_clear_pf(struct ice_mp_pf *pf)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_CLEAR_PF_CFG };

	return aqc_direct(pf, &desc);
}

int
ice_mp_aqc_caps(struct ice_mp_pf *pf, bool device, struct ice_mp_caps *caps)
{
	struct ice_mp_aq_desc desc = {
		.opcode = device ? ICE_MP_AQ_LIST_DEV_CAPS : ICE_MP_AQ_LIST_FUNC_CAPS,
	};
	const struct ice_mp_aqc_list_caps *p = AQC_PARAMS(desc, struct ice_mp_aqc_list_caps);
	struct ice_mp_aq_cap buf[ICE_MP_AQ_MAX_BUF / sizeof(struct ice_mp_aq_cap)];
	struct ice_mp_caps c = { 0 };
	uint32_t i;
	int rc;

	rc = ice_mp_aq_exec(pf, &desc, buf, sizeof(buf), false);
	if (rc < 0)
		return rc;
	if (p->count == 0 || p->count > RTE_DIM(buf) || p->count * sizeof(buf[0]) > (size_t)rc)
		return aqc_bad(pf, desc.opcode, "number of capabilities");
	for (i = 0; i < p->count; i++) {
		switch (buf[i].cap) {
		case ICE_MP_CAP_VALID_FUNCTIONS:
			c.valid_functions = buf[i].number;
			break;
		case ICE_MP_CAP_VSI:
			c.vsis = RTE_MIN(buf[i].number, (uint32_t)ICE_MP_HW_MAX_VSI);
			break;
		case ICE_MP_CAP_RSS:
			c.rss_size = RTE_MIN(buf[i].number, (uint32_t)ICE_MP_RSS_LUT_PF);
			break;
		case ICE_MP_CAP_RXQS:
			if (buf[i].number > ICE_MP_HW_MAX_RXQ ||
			    buf[i].phys_id >= ICE_MP_HW_MAX_RXQ)
				return aqc_bad(pf, desc.opcode, "Rx queues");
			c.rxqs = buf[i].number;
			c.rxq_first = buf[i].phys_id;
			break;
		case ICE_MP_CAP_TXQS:
			if (buf[i].number > ICE_MP_HW_MAX_TXQ ||
			    buf[i].phys_id >= ICE_MP_HW_MAX_TXQ)
				return aqc_bad(pf, desc.opcode, "Tx queues");
			c.txqs = buf[i].number;
			c.txq_first = buf[i].phys_id;
			break;
		case ICE_MP_CAP_MSIX:
			if (buf[i].number > ICE_MP_HW_MAX_VECTORS)
				return aqc_bad(pf, desc.opcode, "vectors");
			c.vectors = buf[i].number;
			break;
		case ICE_MP_CAP_VF:
			if (buf[i].number > ICE_MP_HW_MAX_VFS || buf[i].logical_id +
			    buf[i].number > ICE_MP_HW_MAX_VFS)
				return aqc_bad(pf, desc.opcode, "VFs");
			c.vfs = buf[i].number;
			c.vf_first = buf[i].logical_id;
			break;
		case ICE_MP_CAP_MAX_MTU:
			c.max_frame = RTE_MIN(buf[i].number, (uint32_t)UINT16_MAX);
			break;
		default:
			break;
		}
	}
	*caps = c;
	return 0;
}

int
ice_mp_aqc_sw_ports(struct ice_mp_pf *pf, struct ice_mp_sw_port *ports)
{
	struct ice_mp_aq_sw_elem buf[2048 / sizeof(struct ice_mp_aq_sw_elem)];
	unsigned int round, i, nb = 0;
	uint16_t element = 0;
	uint8_t seen = 0;
	int rc;

	for (round = 0; round < AQC_MAX_ROUNDS; round++) {
		struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_GET_SW_CFG };
		struct ice_mp_aqc_get_sw_cfg *p =
			AQC_PARAMS(desc, struct ice_mp_aqc_get_sw_cfg);

		p->element = element;
		rc = ice_mp_aq_exec(pf, &desc, buf, sizeof(buf), false);
		if (rc < 0)
			return rc;
		if (p->num_elems > RTE_DIM(buf) || p->num_elems * sizeof(buf[0]) > (size_t)rc)
			return aqc_bad(pf, desc.opcode, "number of elements");
		for (i = 0; i < p->num_elems; i++) {
			uint16_t num = buf[i].vsi_port_num & ICE_MP_AQ_SW_NUM_M;

			if (buf[i].vsi_port_num >> ICE_MP_AQ_SW_TYPE_S !=
			    ICE_MP_AQ_SW_TYPE_PHYS_PORT)
				continue;
			if (num >= ICE_MP_MAX_PORTS || buf[i].swid > UINT8_MAX)
				return aqc_bad(pf, desc.opcode, "port number");
			if (seen & (1u << num))
				return aqc_bad(pf, desc.opcode, "a port is listed twice");
			seen |= 1u << num;
			ports[nb].lport = num;
			ports[nb].swid = buf[i].swid;
			nb++;
		}
		element = p->element;
		if (element == 0)
			break;
	}
	if (element != 0)
		return aqc_bad(pf, ICE_MP_AQ_GET_SW_CFG, "the list does not end");
	if (nb == 0)
		return aqc_bad(pf, ICE_MP_AQ_GET_SW_CFG, "no port");
	return nb;
}

int
ice_mp_aqc_macs(struct ice_mp_pf *pf, struct rte_ether_addr macs[ICE_MP_MAX_PORTS],
		uint8_t *valid)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_MAC_READ };
	const struct ice_mp_aqc_mac_read *p = AQC_PARAMS(desc, struct ice_mp_aqc_mac_read);
	struct ice_mp_aq_mac buf[2 * ICE_MP_MAX_PORTS];
	struct rte_ether_addr found[ICE_MP_MAX_PORTS];
	uint8_t seen = 0;
	unsigned int i;
	int rc;

	rc = ice_mp_aq_exec(pf, &desc, buf, sizeof(buf), false);
	if (rc < 0)
		return rc;
	if ((p->flags & ICE_MP_AQ_MAC_LAN_VALID) == 0)
		return aqc_bad(pf, desc.opcode, "no LAN address");
	if (p->num_addr > RTE_DIM(buf) || p->num_addr * sizeof(buf[0]) > (size_t)rc)
		return aqc_bad(pf, desc.opcode, "number of addresses");
	for (i = 0; i < p->num_addr; i++) {
		struct rte_ether_addr addr;

		if (buf[i].type != ICE_MP_AQ_MAC_TYPE_LAN)
			continue;
		if (buf[i].lport >= ICE_MP_MAX_PORTS)
			return aqc_bad(pf, desc.opcode, "port number");
		memcpy(addr.addr_bytes, buf[i].addr, sizeof(addr.addr_bytes));
		if (!rte_is_valid_assigned_ether_addr(&addr))
			return aqc_bad(pf, desc.opcode, "not a unicast address");
		if (seen & (1u << buf[i].lport))
			return aqc_bad(pf, desc.opcode, "a port is listed twice");
		seen |= 1u << buf[i].lport;
		found[buf[i].lport] = addr;
	}
	for (i = 0; i < ICE_MP_MAX_PORTS; i++)
		if (seen & (1u << i))
			macs[i] = found[i];
	*valid = seen;
	return 0;
}

/* Buffer of 0x0208/0x0209 for one element. */
struct aqc_res1 {
	uint16_t type;
	uint16_t num_elems;
	uint16_t elem;
	uint16_t pad;
};

int
ice_mp_aqc_alloc_res(struct ice_mp_pf *pf, uint16_t type, uint16_t *index)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_ALLOC_RES };
	struct aqc_res1 buf = { .type = type, .num_elems = 1 };
	int rc;

	AQC_PARAMS(desc, struct ice_mp_aqc_alloc_free_res)->num_entries = 1;
	rc = ice_mp_aq_exec(pf, &desc, &buf, sizeof(buf), true);
	if (rc < 0)
		return rc;
	if (rc < 6 || buf.num_elems != 1 ||
	    (buf.type & ICE_MP_AQ_RES_TYPE_M) != (type & ICE_MP_AQ_RES_TYPE_M))
		return aqc_bad(pf, desc.opcode, "resource");
	*index = buf.elem;
	return 0;
}

int
ice_mp_aqc_free_res(struct ice_mp_pf *pf, uint16_t type, uint16_t index)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_FREE_RES };
	struct aqc_res1 buf = { .type = type, .num_elems = 1, .elem = index };
	int rc;

	AQC_PARAMS(desc, struct ice_mp_aqc_alloc_free_res)->num_entries = 1;
	rc = ice_mp_aq_exec(pf, &desc, &buf, sizeof(buf), true);
	return rc < 0 ? rc : 0;
}

int
ice_mp_aqc_add_vsi(struct ice_mp_pf *pf, int vf, struct ice_mp_aq_vsi_ctx *ctx, uint16_t *vsi)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_ADD_VSI };
	struct ice_mp_aqc_vsi *p = AQC_PARAMS(desc, struct ice_mp_aqc_vsi);
	uint16_t num;
	int rc;

	p->vsi_flags = vf < 0 ? ICE_MP_AQ_VSI_TYPE_PF : ICE_MP_AQ_VSI_TYPE_VF;
	p->vf_id = vf < 0 ? 0 : vf;
	rc = ice_mp_aq_exec(pf, &desc, ctx, sizeof(*ctx), true);
	if (rc < 0)
		return rc;
	num = AQC_PARAMS(desc, struct ice_mp_aqc_vsi_resp)->vsi_num & ICE_MP_AQ_VSI_NUM_M;
	if (num >= ICE_MP_HW_MAX_VSI)
		return aqc_bad(pf, desc.opcode, "VSI number");
	*vsi = num;
	return 0;
}

int
ice_mp_aqc_update_vsi(struct ice_mp_pf *pf, uint16_t vsi, struct ice_mp_aq_vsi_ctx *ctx)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_UPDATE_VSI };
	int rc;

	AQC_PARAMS(desc, struct ice_mp_aqc_vsi)->vsi_num = vsi | ICE_MP_AQ_VSI_NUM_VALID;
	rc = ice_mp_aq_exec(pf, &desc, ctx, sizeof(*ctx), true);
	return rc < 0 ? rc : 0;
}

int
ice_mp_aqc_free_vsi(struct ice_mp_pf *pf, uint16_t vsi)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_FREE_VSI };

	AQC_PARAMS(desc, struct ice_mp_aqc_vsi)->vsi_num = vsi | ICE_MP_AQ_VSI_NUM_VALID;
	return aqc_direct(pf, &desc);
}

/* Buffer of one lookup rule with its header. */
struct aqc_rule1 {
	uint16_t type;
	uint16_t status;
	uint16_t recipe;
	uint16_t src;
	uint32_t act;
	uint16_t index;
	uint16_t hdr_len;
	uint8_t hdr[ICE_MP_AQ_SW_DUMMY_HDR_LEN];
};

static int
aqc_rules(struct ice_mp_pf *pf, uint16_t opcode, void *buf, uint16_t len)
{
	struct ice_mp_aq_desc desc = { .opcode = opcode };
	/* Every kind of rule begins with type, status. */
	const uint16_t *status = (const uint16_t *)buf + 1;
	int rc;

	AQC_PARAMS(desc, struct ice_mp_aqc_sw_rules)->num_rules = 1;
	rc = ice_mp_aq_exec(pf, &desc, buf, len, true);
	if (rc < 0)
		return rc;
	/* Each rule of the list has a status of its own. */
	if (*status != 0) {
		PF_LOG(pf, DEBUG, "Switch rule command 0x%04x: status %u.", opcode, *status);
		return *status == ICE_MP_AQ_RC_ENOENT ? -ENOENT :
		       *status == ICE_MP_AQ_RC_ENOSPC ? -ENOSPC : -EIO;
	}
	return rc;
}

int
ice_mp_aqc_add_rule(struct ice_mp_pf *pf, uint16_t type, uint16_t recipe, uint16_t src,
		    uint32_t act, const uint8_t hdr[ICE_MP_AQ_SW_DUMMY_HDR_LEN],
		    uint16_t *index)
{
	struct aqc_rule1 rule = {
		.type = type,
		.recipe = recipe,
		.src = src,
		.act = act,
		.hdr_len = ICE_MP_AQ_SW_DUMMY_HDR_LEN,
	};
	int rc;

	memcpy(rule.hdr, hdr, sizeof(rule.hdr));
	rc = aqc_rules(pf, ICE_MP_AQ_ADD_SW_RULES, &rule, sizeof(rule));
	if (rc < 0)
		return rc;
	if (rc < (int)sizeof(struct ice_mp_aq_sw_lkup_rule) || rule.index == ICE_MP_NO_RULE)
		return aqc_bad(pf, ICE_MP_AQ_ADD_SW_RULES, "rule index");
	*index = rule.index;
	return 0;
}

int
ice_mp_aqc_del_rule(struct ice_mp_pf *pf, uint16_t type, uint16_t recipe, uint16_t index)
{
	struct ice_mp_aq_sw_lkup_rule rule = {
		.type = type,
		.recipe = recipe,
		.index = index,
	};
	int rc;

	rc = aqc_rules(pf, ICE_MP_AQ_REMOVE_SW_RULES, &rule, sizeof(rule));
	return rc < 0 ? rc : 0;
}

int
ice_mp_aqc_prune_list(struct ice_mp_pf *pf, uint16_t list, uint16_t vsi, bool set)
{
	struct {			/* struct ice_mp_aq_sw_vsi_list of one */
		uint16_t type;
		uint16_t status;
		uint16_t index;
		uint16_t number;
		uint16_t vsi;
	} buf = {
		.type = set ? ICE_MP_AQ_SW_RULE_PRUNE_LIST_SET :
			      ICE_MP_AQ_SW_RULE_PRUNE_LIST_CLEAR,
		.index = list,
		.number = 1,
		.vsi = vsi,
	};
	int rc;

	rc = aqc_rules(pf, set ? ICE_MP_AQ_ADD_SW_RULES : ICE_MP_AQ_UPDATE_SW_RULES, &buf,
		       sizeof(buf));
	return rc < 0 ? rc : 0;
}

int
ice_mp_aqc_sched_res(struct ice_mp_pf *pf, struct ice_mp_aq_sched_res *res)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_QUERY_SCHED_RES };
	struct ice_mp_aq_sched_res buf;
	int rc;

	rc = ice_mp_aq_exec(pf, &desc, &buf, sizeof(buf), false);
	if (rc < 0)
		return rc;
	if (rc < (int)sizeof(buf))
		return aqc_bad(pf, desc.opcode, "short");
	*res = buf;
	return 0;
}

int
ice_mp_aqc_topology(struct ice_mp_pf *pf, uint8_t lport, struct ice_mp_aq_branch *branch)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_GET_DFLT_TOPO };
	struct ice_mp_aqc_get_topo *p = AQC_PARAMS(desc, struct ice_mp_aqc_get_topo);
	struct ice_mp_aq_branch buf[8];
	int rc;

	p->lport = lport;
	rc = ice_mp_aq_exec(pf, &desc, buf, sizeof(buf), false);
	if (rc < 0)
		return rc;
	if (p->num_branches == 0 || p->num_branches > RTE_DIM(buf) ||
	    p->num_branches * sizeof(buf[0]) > (size_t)rc)
		return aqc_bad(pf, desc.opcode, "number of branches");
	if (buf[0].hdr.num == 0 || buf[0].hdr.num > ICE_MP_AQ_TOPO_MAX_ELEMS)
		return aqc_bad(pf, desc.opcode, "number of elements");
	*branch = buf[0];
	return 0;
}

int
ice_mp_aqc_add_node(struct ice_mp_pf *pf, uint32_t parent, uint32_t *teid)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_ADD_SCHED_ELEMS };
	struct ice_mp_aqc_sched_elems *p = AQC_PARAMS(desc, struct ice_mp_aqc_sched_elems);
	struct {
		struct ice_mp_aq_elem_hdr hdr;
		struct ice_mp_aq_elem elem;
	} buf = {
		.hdr.parent_teid = parent,
		.hdr.num = 1,
		.elem.parent_teid = parent,
		.elem.data.elem_type = ICE_MP_AQ_ELEM_TYPE_SE_GENERIC,
		.elem.data.valid_sections = ICE_MP_AQ_ELEM_VALID_GENERIC |
			ICE_MP_AQ_ELEM_VALID_CIR | ICE_MP_AQ_ELEM_VALID_EIR,
		/* Equal weights, no limit: the default profile. */
		.elem.data.cir.alloc = 4,
		.elem.data.eir.alloc = 4,
	};
	int rc;

	p->num_req = 1;
	rc = ice_mp_aq_exec(pf, &desc, &buf, sizeof(buf), true);
	if (rc < 0)
		return rc;
	if (rc < (int)sizeof(buf) || p->num_resp != 1 || buf.elem.node_teid == 0 ||
	    buf.elem.node_teid == ICE_MP_TEID_INVALID || buf.elem.node_teid == parent)
		return aqc_bad(pf, desc.opcode, "TEID");
	*teid = buf.elem.node_teid;
	return 0;
}

int
ice_mp_aqc_get_node(struct ice_mp_pf *pf, uint32_t teid, struct ice_mp_aq_elem *elem)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_GET_SCHED_ELEMS };
	struct ice_mp_aqc_sched_elems *p = AQC_PARAMS(desc, struct ice_mp_aqc_sched_elems);
	struct ice_mp_aq_elem buf = { .node_teid = teid };
	int rc;

	p->num_req = 1;
	rc = ice_mp_aq_exec(pf, &desc, &buf, sizeof(buf), true);
	if (rc < 0)
		return rc;
	if (rc < (int)sizeof(buf) || p->num_resp != 1 || buf.node_teid != teid)
		return aqc_bad(pf, desc.opcode, "element");
	*elem = buf;
	return 0;
}

int
ice_mp_aqc_node_rates(struct ice_mp_pf *pf, uint32_t teid, uint16_t cir, uint16_t eir)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_CFG_SCHED_ELEMS };
	struct ice_mp_aqc_sched_elems *p = AQC_PARAMS(desc, struct ice_mp_aqc_sched_elems);
	struct ice_mp_aq_elem buf;
	int rc;

	rc = ice_mp_aqc_get_node(pf, teid, &buf);
	if (rc != 0)
		return rc;
	/* The type cannot be changed and is not said. */
	buf.data.elem_type = 0;
	buf.data.valid_sections |= ICE_MP_AQ_ELEM_VALID_CIR | ICE_MP_AQ_ELEM_VALID_EIR;
	buf.data.cir.profile = cir;
	buf.data.eir.profile = eir;
	p->num_req = 1;
	rc = ice_mp_aq_exec(pf, &desc, &buf, sizeof(buf), true);
	if (rc < 0)
		return rc;
	return p->num_resp != 1 ? aqc_bad(pf, desc.opcode, "count") : 0;
}

static int
aqc_rate(struct ice_mp_pf *pf, uint16_t opcode, struct ice_mp_aq_rl_profile *prof)
{
	struct ice_mp_aq_desc desc = { .opcode = opcode };
	struct ice_mp_aqc_rl_profiles *p = AQC_PARAMS(desc, struct ice_mp_aqc_rl_profiles);
	struct ice_mp_aq_rl_profile buf = *prof;
	int rc;

	p->num = 1;
	rc = ice_mp_aq_exec(pf, &desc, &buf, sizeof(buf), true);
	if (rc < 0)
		return rc;
	if (p->num_processed != 1)
		return aqc_bad(pf, opcode, "count");
	prof->id = buf.id;
	return 0;
}

int
ice_mp_aqc_add_rate(struct ice_mp_pf *pf, struct ice_mp_aq_rl_profile *prof)
{
	return aqc_rate(pf, ICE_MP_AQ_ADD_RL_PROFILES, prof);
}

int
ice_mp_aqc_del_rate(struct ice_mp_pf *pf, struct ice_mp_aq_rl_profile *prof)
{
	return aqc_rate(pf, ICE_MP_AQ_REMOVE_RL_PROFILES, prof);
}

int
ice_mp_aqc_del_node(struct ice_mp_pf *pf, uint32_t parent, uint32_t teid)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_DEL_SCHED_ELEMS };
	struct {
		struct ice_mp_aq_elem_hdr hdr;
		uint32_t teid;
	} buf = {
		.hdr.parent_teid = parent,
		.hdr.num = 1,
		.teid = teid,
	};
	int rc;

	AQC_PARAMS(desc, struct ice_mp_aqc_sched_elems)->num_req = 1;
	rc = ice_mp_aq_exec(pf, &desc, &buf, sizeof(buf), true);
	return rc < 0 ? rc : 0;
}

int
ice_mp_aqc_add_txq(struct ice_mp_pf *pf, uint32_t qgrp, uint16_t txq,
		   const uint8_t ctx[TLAN_CTX_SIZE], uint32_t *teid)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_ADD_TXQS };
	struct {
		uint32_t parent_teid;
		uint8_t num_txqs;
		uint8_t rsvd[3];
		struct ice_mp_aq_txq txq;
	} buf = {
		.parent_teid = qgrp,
		.num_txqs = 1,
		.txq.txq_id = txq,
		.txq.info.elem_type = ICE_MP_AQ_ELEM_TYPE_LEAF,
		.txq.info.valid_sections = ICE_MP_AQ_ELEM_VALID_GENERIC |
			ICE_MP_AQ_ELEM_VALID_CIR | ICE_MP_AQ_ELEM_VALID_EIR,
		.txq.info.cir.alloc = 4,
		.txq.info.eir.alloc = 4,
	};
	int rc;

	memcpy(buf.txq.ctx, ctx, TLAN_CTX_SIZE);
	AQC_PARAMS(desc, struct ice_mp_aqc_add_txqs)->num_qgrps = 1;
	rc = ice_mp_aq_exec(pf, &desc, &buf, sizeof(buf), true);
	if (rc < 0)
		return rc;
	if (rc < (int)sizeof(buf) || buf.txq.q_teid == 0 || buf.txq.q_teid == ICE_MP_TEID_INVALID)
		return aqc_bad(pf, desc.opcode, "TEID");
	*teid = buf.txq.q_teid;
	return 0;
}

int
ice_mp_aqc_del_txq(struct ice_mp_pf *pf, uint32_t qgrp, uint16_t txq)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_DIS_TXQS };
	struct ice_mp_aqc_dis_txqs *p = AQC_PARAMS(desc, struct ice_mp_aqc_dis_txqs);
	struct {
		uint32_t parent_teid;
		uint8_t num_qs;
		uint8_t rsvd;
		uint16_t q_id;
	} buf = {
		.parent_teid = qgrp,
		.num_qs = 1,
		.q_id = txq,
	};
	int rc;

	p->cmd_type = ICE_MP_AQ_Q_DIS_CMD_NONE;
	p->num_entries = 1;
	/* 5 units of 100 us, as the field is used on the hardware. */
	p->vmvf_timeout = 5 << ICE_MP_AQ_Q_DIS_TIMEOUT_S;
	rc = ice_mp_aq_exec(pf, &desc, &buf, sizeof(buf), true);
	return rc < 0 ? rc : 0;
}

int
ice_mp_aqc_phy_caps(struct ice_mp_pf *pf, uint8_t lport, uint16_t mode,
		    struct ice_mp_aq_phy_caps *caps)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_GET_PHY_CAPS };
	struct ice_mp_aqc_get_phy_caps *p = AQC_PARAMS(desc, struct ice_mp_aqc_get_phy_caps);
	struct ice_mp_aq_phy_caps buf;
	int rc;

	p->lport = lport;
	p->param0 = mode;
	rc = ice_mp_aq_exec(pf, &desc, &buf, sizeof(buf), false);
	if (rc < 0)
		return rc;
	if (rc < (int)offsetof(struct ice_mp_aq_phy_caps, modules))
		return aqc_bad(pf, desc.opcode, "short");
	*caps = buf;
	return 0;
}

int
ice_mp_aqc_set_phy(struct ice_mp_pf *pf, uint8_t lport, struct ice_mp_aq_phy_cfg *cfg)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_SET_PHY_CFG };
	int rc;

	AQC_PARAMS(desc, struct ice_mp_aqc_set_phy_cfg)->lport = lport;
	rc = ice_mp_aq_exec(pf, &desc, cfg, sizeof(*cfg), true);
	return rc < 0 ? rc : 0;
}

int
ice_mp_aqc_set_mac_cfg(struct ice_mp_pf *pf, uint8_t lport, uint16_t max_frame,
		       uint16_t pause_quanta)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_SET_MAC_CFG };
	struct ice_mp_aqc_set_mac_cfg *p = AQC_PARAMS(desc, struct ice_mp_aqc_set_mac_cfg);

	p->max_frame = max_frame;
	p->tx_timer = pause_quanta;
	/* Room for one that gets lost. */
	p->fc_refresh = pause_quanta / 2;
	p->lport = lport;
	return aqc_direct(pf, &desc);
}

int
ice_mp_aqc_link(struct ice_mp_pf *pf, uint8_t lport, uint16_t lse,
		struct ice_mp_aq_link *link)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_GET_LINK_STATUS };
	struct ice_mp_aqc_link_status *p = AQC_PARAMS(desc, struct ice_mp_aqc_link_status);
	struct ice_mp_aq_link buf;
	int rc;

	p->lport = lport;
	p->flags = lse;
	rc = ice_mp_aq_exec(pf, &desc, &buf, sizeof(buf), false);
	if (rc < 0)
		return rc;
	if (rc < (int)sizeof(buf) || p->lport != lport)
		return aqc_bad(pf, desc.opcode, "another port's, or short");
	*link = buf;
	return 0;
}

int
ice_mp_aqc_event_mask(struct ice_mp_pf *pf, uint8_t lport, uint16_t masked)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_SET_EVENT_MASK };
	struct ice_mp_aqc_set_event_mask *p =
		AQC_PARAMS(desc, struct ice_mp_aqc_set_event_mask);

	p->lport = lport;
	p->mask = masked;
	return aqc_direct(pf, &desc);
}

int
ice_mp_aqc_rss_key(struct ice_mp_pf *pf, uint16_t vsi, const uint8_t key[ICE_MP_RSS_KEY_SIZE])
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_SET_RSS_KEY };
	uint8_t buf[ICE_MP_RSS_KEY_SIZE];
	int rc;

	AQC_PARAMS(desc, struct ice_mp_aqc_rss)->vsi_num = vsi | ICE_MP_AQ_VSI_NUM_VALID;
	memcpy(buf, key, sizeof(buf));
	rc = ice_mp_aq_exec(pf, &desc, buf, sizeof(buf), true);
	return rc < 0 ? rc : 0;
}

/* flags: type, size and index of the table; `buf` comes back changed */
static int
aqc_set_lut(struct ice_mp_pf *pf, uint16_t vsi, uint16_t flags, uint8_t *buf, uint16_t len)
{
	struct ice_mp_aq_desc desc = { .opcode = ICE_MP_AQ_SET_RSS_LUT };
	struct ice_mp_aqc_rss *p = AQC_PARAMS(desc, struct ice_mp_aqc_rss);
	int rc;

	p->vsi_num = vsi | ICE_MP_AQ_VSI_NUM_VALID;
	p->flags = flags;
	rc = ice_mp_aq_exec(pf, &desc, buf, len, true);
	return rc < 0 ? rc : 0;
}

int
ice_mp_aqc_rss_lut(struct ice_mp_pf *pf, uint16_t vsi, uint16_t lut,
		   const uint8_t tbl[ICE_MP_RSS_LUT_GLOBAL])
{
	uint8_t buf[ICE_MP_RSS_LUT_GLOBAL];

	memcpy(buf, tbl, sizeof(buf));
	return aqc_set_lut(pf, vsi, ICE_MP_AQ_RSS_LUT_TYPE_GLOBAL |
			   ICE_MP_AQ_RSS_LUT_SIZE_512 << ICE_MP_AQ_RSS_LUT_SIZE_S |
			   lut << ICE_MP_AQ_RSS_GBL_LUT_S, buf, sizeof(buf));
}

int
ice_mp_aqc_rss_lut_vsi(struct ice_mp_pf *pf, uint16_t vsi, const uint8_t tbl[ICE_MP_RSS_LUT_VSI])
{
	uint8_t buf[ICE_MP_RSS_LUT_VSI];

	memcpy(buf, tbl, sizeof(buf));
	return aqc_set_lut(pf, vsi, ICE_MP_AQ_RSS_LUT_TYPE_VSI, buf, sizeof(buf));
}
