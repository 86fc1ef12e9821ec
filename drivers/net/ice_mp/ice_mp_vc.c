/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Messages of VFs: taking them fairly, checking what can be checked of every
 * message, answering. The first messages of a VF are handled here, too.
 */

#include <errno.h>
#include <stddef.h>
#include <string.h>

#include <rte_malloc.h>

#include "ice_mp_adminq.h"
#include "ice_mp_ctl.h"
#include "ice_mp_event.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "ice_mp_vc_op.h"
#include "ice_mp_vc_priv.h"
#include "rte_pmd_ice_mp.h"

/** Messages of one VF, and of all, that are served in a turn. A turn that is
 * full is followed by a pause (EVENT_STORM_NB): what VFs say is not to cost the
 * ports their CPUs. */
#define VC_TURN_VF		8
#define VC_TURN_ALL		64
/** Messages that can wait here for their VF's next turn. With no room left
 * they wait in the device, and in the end with the VF. */
#define VC_HELD			64

/** Granted to whoever asks. */
#define VC_CAPS	(ICE_MP_VC_CAP_L2 | ICE_MP_VC_CAP_RSS_PF | ICE_MP_VC_CAP_WB_ON_ITR | \
		 ICE_MP_VC_CAP_REQ_QUEUES | ICE_MP_VC_CAP_ADV_LINK_SPEED | \
		 ICE_MP_VC_CAP_RX_POLLING | ICE_MP_VC_CAP_CRC | ICE_MP_VC_CAP_RX_FLEX_DESC)

struct vc_msg {
	uint16_t vf;
	uint16_t len;
	uint32_t opcode;
	uint8_t buf[ICE_MP_AQ_MAX_BUF] __rte_aligned(8);
};

struct ice_mp_vc {
	uint32_t turn;
	unsigned int served;		/**< in this turn */
	unsigned int at;		/**< held messages looked at in this turn */
	bool more;			/**< something is left for the next */
	unsigned int nb_held;
	uint8_t held[VC_HELD];		/**< slots in the order of arrival */
	uint64_t free;			/**< slots, a bit each */
	struct vc_msg slot[VC_HELD];
	struct vc_msg now;
};

static_assert(VC_HELD == 64, "a bit for each slot");

int
ice_mp_vc_init(struct ice_mp_pf *pf)
{
	struct ice_mp_vc *vc = rte_zmalloc("ice_mp_vc", sizeof(*vc), RTE_CACHE_LINE_SIZE);

	if (vc == NULL)
		return -ENOMEM;
	vc->free = UINT64_MAX;
	pf->vfs->vc = vc;
	return 0;
}

void
ice_mp_vc_fini(struct ice_mp_pf *pf)
{
	rte_free(pf->vfs->vc);
	pf->vfs->vc = NULL;
}

/* ---- to the VF ---- */

static void
vc_send(struct ice_mp_vf *vf, uint32_t opcode, int status, const void *buf, uint16_t len)
{
	if (ice_mp_mbx_send(vf->pf, vf->id, opcode, status, buf, len) != 0)
		vf->cnt.not_sent++;
}

static void
vc_send_event(struct ice_mp_vf *vf, const struct ice_mp_vc_event *ev)
{
	vf->cnt.events++;
	vc_send(vf, ICE_MP_VC_EVENT, ICE_MP_VC_OK, ev, sizeof(*ev));
}

void
ice_mp_vc_event(struct ice_mp_vf *vf, enum ice_mp_vc_event_code code)
{
	struct ice_mp_vc_event ev;

	memset(&ev, 0, sizeof(ev));
	ev.event = code;
	ev.severity = ICE_MP_VC_SEVERITY_CERTAIN_DOOM;
	vc_send_event(vf, &ev);
}

/* The old codes end at 40G; faster links are as fast as that. */
static uint32_t
vc_speed(uint32_t mbps)
{
	static const struct {
		uint32_t mbps, code;
	} speeds[] = {
		{ 40000, ICE_MP_VC_SPEED_40G }, { 25000, ICE_MP_VC_SPEED_25G },
		{ 20000, ICE_MP_VC_SPEED_20G }, { 10000, ICE_MP_VC_SPEED_10G },
		{ 5000, ICE_MP_VC_SPEED_5G }, { 2500, ICE_MP_VC_SPEED_2_5G },
		{ 1000, ICE_MP_VC_SPEED_1G }, { 100, ICE_MP_VC_SPEED_100M },
	};
	unsigned int i;

	for (i = 0; i < RTE_DIM(speeds); i++)
		if (mbps >= speeds[i].mbps)
			return speeds[i].code;
	return 0;
}

void
ice_mp_vc_link(struct ice_mp_vf *vf, bool up, uint32_t mbps)
{
	struct ice_mp_vc_event ev;

	memset(&ev, 0, sizeof(ev));
	ev.event = ICE_MP_VC_EVENT_LINK;
	ev.severity = ICE_MP_VC_SEVERITY_INFO;
	ev.link_up = up;
	ev.link_speed = vf->caps & ICE_MP_VC_CAP_ADV_LINK_SPEED ? mbps : vc_speed(mbps);
	vc_send_event(vf, &ev);
}

void
ice_mp_vc_link_now(struct ice_mp_vf *vf)
{
	uint32_t mbps;
	bool up;

	ice_mp_vf_link_get(vf, &up, &mbps);
	ice_mp_vc_link(vf, up, mbps);
}

void
ice_mp_vc_port_link(struct ice_mp_port *port)
{
	struct ice_mp_vfs *vfs = port->pf->vfs;
	unsigned int i;

	for (i = 0; vfs != NULL && i < vfs->nb; i++)
		if (vfs->vf[i].lport == port->lport && ice_mp_vf_is_up(&vfs->vf[i]) &&
		    vfs->vf[i].admin.link == ICE_MP_VF_LINK_AUTO)
			ice_mp_vc_link_now(&vfs->vf[i]);
}

/* ---- the first messages ---- */

int
ice_mp_vc_version(struct ice_mp_vc_call *c)
{
	const struct ice_mp_vc_version *ver = c->msg;
	struct ice_mp_vc_version *out = (void *)c->reply;

	out->major = ICE_MP_VC_MAJOR;
	out->minor = ICE_MP_VC_MINOR;
	c->reply_len = sizeof(*out);
	/* One that is too new has to decide whether it can do with ours. */
	if (ver->major < ICE_MP_VC_MAJOR)
		return ice_mp_vc_refuse(c, "version");
	c->vf->v10 = ver->major == ICE_MP_VC_MAJOR && ver->minor == 0;
	if (c->vf->v10)
		out->minor = 0;
	if (c->vf->state == ICE_MP_VF_READY)
		ice_mp_vf_state_set(c->vf, ICE_MP_VF_MET);
	return ICE_MP_VC_OK;
}

static uint32_t
vc_grant(const struct ice_mp_vf *vf, uint32_t asked)
{
	uint32_t caps = ICE_MP_VC_CAP_L2 | (asked & VC_CAPS);

	/* One way of VLAN offloads, the newer one; what a port VLAN leaves of
	 * that says GET_VLAN_V2_CAPS. */
	if (asked & ICE_MP_VC_CAP_VLAN_V2)
		caps |= ICE_MP_VC_CAP_VLAN_V2;
	else if (vf->admin.pvid == 0)
		caps |= asked & ICE_MP_VC_CAP_VLAN;
	return caps;
}

int
ice_mp_vc_get_resources(struct ice_mp_vc_call *c)
{
	struct ice_mp_vc_vf_res *res = (void *)c->reply;
	struct ice_mp_vf *vf = c->vf;
	struct ice_mp_port *port = ice_mp_vf_port(vf);
	uint32_t asked = ICE_MP_VC_CAP_L2 | ICE_MP_VC_CAP_VLAN;
	int rc;

	if (port == NULL) {
		c->why = "its port is not there";
		return ICE_MP_VC_ERR_NOT_SUPPORTED;
	}
	if (c->len != 0)
		asked = *(const uint32_t *)c->msg;
	/* Once more is from the beginning. */
	ice_mp_vf_hw_fini(vf);
	ice_mp_vf_state_set(vf, ICE_MP_VF_MET);
	vf->nb_queues = vf->req_queues != 0 ? vf->req_queues : vf->max_queues;
	vf->caps = vc_grant(vf, asked);
	/* So it was before version 2: what a VF knows of, it gets stripped. */
	vf->strip = (vf->caps & ICE_MP_VC_CAP_VLAN) != 0;
	rc = ice_mp_vf_hw_init(vf);
	if (rc != 0) {
		vf->caps = 0;
		return ice_mp_vc_status(c, rc);
	}
	res->nb_vsis = 1;
	res->nb_queue_pairs = vf->nb_queues;
	res->max_vectors = vf->nb_vecs;
	res->max_mtu = ice_mp_vf_max_frame(vf);
	res->caps = vf->caps;
	res->rss_key_size = ICE_MP_RSS_KEY_SIZE;
	res->rss_lut_size = ICE_MP_VC_RSS_LUT_SIZE;
	res->vsi.vsi_id = ICE_MP_VF_VSI_ID;
	res->vsi.nb_queue_pairs = vf->nb_queues;
	res->vsi.vsi_type = ICE_MP_VC_VSI_SRIOV;
	memcpy(res->vsi.mac, vf->mac.addr_bytes, sizeof(res->vsi.mac));
	c->reply_len = sizeof(*res);
	ice_mp_vf_state_set(vf, ICE_MP_VF_ACTIVE);
	c->link = true;
	return ICE_MP_VC_OK;
}

int
ice_mp_vc_reset_vf(struct ice_mp_vc_call *c)
{
	c->silent = true;
	(void)ice_mp_vf_reset(c->vf, ICE_MP_VF_BY_VF);
	return ICE_MP_VC_OK;
}

/* ---- a message ---- */

static void
vc_count_status(struct ice_mp_vf *vf, int status)
{
	vf->cnt.answered++;
	switch (status) {
	case ICE_MP_VC_OK:
		vf->cnt.ok++;
		break;
	case ICE_MP_VC_ERR_PARAM:
		vf->cnt.refused_param++;
		break;
	case ICE_MP_VC_ERR_NOT_SUPPORTED:
		vf->cnt.refused_unsupported++;
		break;
	default:
		vf->cnt.refused_other++;
		break;
	}
}

static void
vc_log_refusal(struct ice_mp_vf *vf, const struct vc_msg *m, int status, const char *why)
{
	if (ice_mp_vf_log_due(vf))
		VF_LOG(vf, NOTICE, "Message %u refused with status %d: %s.", m->opcode, status,
		       why);
	else
		VF_LOG(vf, DEBUG, "Message %u refused with status %d: %s.", m->opcode, status,
		       why);
}

/* What an application says about a message. Without any lock. */
static enum rte_pmd_ice_mp_mb_event_rsp
vc_ask_application(struct ice_mp_pf *pf, uint8_t lport, const struct vc_msg *m)
{
	struct rte_pmd_ice_mp_mb_event_param param = {
		.vfid = m->vf,
		.msg_type = RTE_MIN(m->opcode, (uint32_t)UINT16_MAX),
		.retval = RTE_PMD_ICE_MP_MB_EVENT_PROCEED,
		.msglen = m->len,
		.msg = m->len != 0 ? m->buf : NULL,
	};

	ice_mp_event_vf_mbox(pf, lport, &param);
	return param.retval;
}

/* Control lock held. */
static int
vc_execute(struct ice_mp_vc_call *c, const struct vc_msg *m,
	   enum rte_pmd_ice_mp_mb_event_rsp rsp)
{
	const struct ice_mp_vc_op_desc *op = ice_mp_vc_op(m->opcode);
	struct ice_mp_vf *vf = c->vf;

	if (rsp != RTE_PMD_ICE_MP_MB_EVENT_PROCEED) {
		vf->cnt.vetoed++;
		c->why = "the application does not want it";
		return rsp == RTE_PMD_ICE_MP_MB_EVENT_NOOP_ACK ? ICE_MP_VC_OK :
		       ICE_MP_VC_ERR_NOT_SUPPORTED;
	}
	if (op == NULL || (op->caps != 0 && ice_mp_vf_is_up(vf) && (vf->caps & op->caps) == 0)) {
		c->why = op == NULL ? "it is not known" : "it was not granted";
		return ICE_MP_VC_ERR_NOT_SUPPORTED;
	}
	if (!ice_mp_vc_op_len_ok(op, vf, m->buf, m->len))
		return ice_mp_vc_refuse(c, "length");
	if ((op->states & 1u << vf->state) == 0)
		return ice_mp_vc_refuse(c, "not in this state");
	/* Where there is one, it is the first field of all. */
	if (op->vsi && *(const uint16_t *)(const void *)(m->buf + op->vsi_at) !=
	    ICE_MP_VF_VSI_ID)
		return ice_mp_vc_refuse(c, "not its VSI");
	return op->fn(c);
}

static void
vc_serve(struct ice_mp_pf *pf, const struct vc_msg *m, uint8_t *lport)
{
	struct ice_mp_vf *vf = &pf->vfs->vf[m->vf];
	enum rte_pmd_ice_mp_mb_event_rsp rsp;
	struct ice_mp_vc_call call;
	int status;

	*lport = __atomic_load_n(&vf->lport, __ATOMIC_RELAXED);
	rsp = vc_ask_application(pf, *lport, m);
	memset(&call, 0, sizeof(call));
	call.vf = vf;
	call.msg = m->buf;
	call.len = m->len;
	ice_mp_ctl_lock(pf);
	vf->cnt.messages++;
	status = vc_execute(&call, m, rsp);
	if (status != ICE_MP_VC_OK)
		vc_log_refusal(vf, m, status, call.why);
	if (!call.silent) {
		vc_count_status(vf, status);
		vc_send(vf, m->opcode, status, call.reply, call.reply_len);
	}
	if (call.link)
		ice_mp_vc_link_now(vf);
	ice_mp_ctl_unlock(pf);
}

/* ---- taking them ---- */

/* May a message of the VF be served in this turn? Counted if so. */
static bool
vc_share(struct ice_mp_vc *vc, struct ice_mp_vf *vf)
{
	if (vf->turn != vc->turn) {
		vf->turn = vc->turn;
		vf->in_turn = 0;
	}
	if (vf->in_turn == VC_TURN_VF)
		return false;
	vf->in_turn++;
	return true;
}

static void
vc_hold(struct ice_mp_vc *vc, struct ice_mp_vf *vf)
{
	unsigned int slot = __builtin_ctzll(vc->free);

	vc->free &= ~(UINT64_C(1) << slot);
	vc->slot[slot].vf = vc->now.vf;
	vc->slot[slot].len = vc->now.len;
	vc->slot[slot].opcode = vc->now.opcode;
	memcpy(vc->slot[slot].buf, vc->now.buf, vc->now.len);
	vc->held[vc->nb_held++] = slot;
	vf->nb_held++;
	vf->cnt.deferred++;
	if (!vf->told_flood)
		VF_LOG(vf, NOTICE, "It sends faster than it is served.");
	vf->told_flood = true;
}

/* Take the i-th held message away. */
static struct vc_msg *
vc_unhold(struct ice_mp_pf *pf, unsigned int i)
{
	struct ice_mp_vc *vc = pf->vfs->vc;
	unsigned int slot = vc->held[i];

	memmove(&vc->held[i], &vc->held[i + 1], vc->nb_held - i - 1);
	vc->nb_held--;
	vc->free |= UINT64_C(1) << slot;
	pf->vfs->vf[vc->slot[slot].vf].nb_held--;
	return &vc->slot[slot];
}

void
ice_mp_vc_forget(struct ice_mp_pf *pf, const struct ice_mp_vf *vf)
{
	struct ice_mp_vc *vc = pf->vfs->vc;
	unsigned int i = 0;

	if (vf != NULL && vf->nb_held == 0)
		return;
	while (i < vc->nb_held) {
		if (vf == NULL || vc->slot[vc->held[i]].vf == vf->id)
			(void)vc_unhold(pf, i);
		else
			i++;
	}
}

void
ice_mp_vc_begin(struct ice_mp_pf *pf)
{
	struct ice_mp_vc *vc = pf->vfs->vc;

	vc->turn++;
	vc->served = 0;
	vc->at = 0;
	vc->more = false;
}

/* The oldest held message whose VF may go on. Messages of a VF keep their
 * order: what is left of it is looked at first. Under the control lock, which
 * the reset of a VF by a control thread holds when it throws messages away. */
static bool
vc_next_held(struct ice_mp_pf *pf, bool *full)
{
	struct ice_mp_vc *vc = pf->vfs->vc;
	bool found = false;

	ice_mp_ctl_lock(pf);
	for (; vc->at < vc->nb_held && !found; vc->at++) {
		const struct vc_msg *m = &vc->slot[vc->held[vc->at]];

		if (!vc_share(vc, &pf->vfs->vf[m->vf]))
			continue;
		m = vc_unhold(pf, vc->at);
		vc->now.vf = m->vf;
		vc->now.len = m->len;
		vc->now.opcode = m->opcode;
		memcpy(vc->now.buf, m->buf, m->len);
		found = true;
		vc->at--;
	}
	*full = vc->free == 0;
	ice_mp_ctl_unlock(pf);
	return found;
}

static enum ice_mp_vc_step
vc_receive(struct ice_mp_pf *pf)
{
	struct ice_mp_vc *vc = pf->vfs->vc;
	struct ice_mp_aq_desc desc;
	int rc;

	rc = ice_mp_aq_recv(pf, ICE_MP_ARQ_MBX, &desc, vc->now.buf, &vc->now.len);
	if (rc == 0 || rc == -ENODEV)
		return ICE_MP_VC_NOTHING;
	if (rc < 0 || desc.opcode != ICE_MP_AQ_MBX_VF_TO_PF)
		return ICE_MP_VC_BAD;
	if (desc.retval >= pf->vfs->nb)
		return ICE_MP_VC_NO_VF;
	vc->now.vf = desc.retval;
	vc->now.opcode = desc.cookie_high;
	return ICE_MP_VC_SERVED;
}

enum ice_mp_vc_step
ice_mp_vc_step(struct ice_mp_pf *pf, uint8_t *lport)
{
	struct ice_mp_vc *vc = pf->vfs->vc;
	enum ice_mp_vc_step step;
	struct ice_mp_vf *vf;
	bool full, hold;

	if (vc->served >= VC_TURN_ALL) {
		vc->more = true;
		return ICE_MP_VC_NOTHING;
	}
	if (vc_next_held(pf, &full))
		goto serve;
	for (;;) {
		if (full) {
			vc->more = true;
			return ICE_MP_VC_NOTHING;
		}
		step = vc_receive(pf);
		if (step != ICE_MP_VC_SERVED)
			return step;
		vf = &pf->vfs->vf[vc->now.vf];
		ice_mp_ctl_lock(pf);
		hold = vf->nb_held != 0 || !vc_share(vc, vf);
		if (hold)
			vc_hold(vc, vf);
		full = vc->free == 0;
		ice_mp_ctl_unlock(pf);
		if (!hold)
			break;
	}
serve:
	vc->served++;
	vc_serve(pf, &vc->now, lport);
	return ICE_MP_VC_SERVED;
}

bool
ice_mp_vc_end(struct ice_mp_pf *pf)
{
	struct ice_mp_vc *vc = pf->vfs->vc;
	bool more;

	ice_mp_ctl_lock(pf);
	more = vc->more || vc->nb_held != 0;
	ice_mp_ctl_unlock(pf);
	return more;
}
