/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <errno.h>
#include <stdlib.h>

#include "vf_client.h"

#define ARENA_ALIGN	4096

/* ---- life ---- */

static void *
arena(struct vfc *c, size_t len, size_t align)
{
	void *at;

	c->mem_used = RTE_ALIGN_CEIL(c->mem_used, align);
	at = c->mem + c->mem_used;
	c->mem_used += len;
	return at;
}

static size_t
arena_size(const struct vfc_opt *o)
{
	size_t mbx = 2 * o->mbx_len * (sizeof(struct ice_mp_aq_desc) + o->mbx_buf);
	size_t queue = o->ring * (sizeof(union ice_mp_rx_desc) + sizeof(struct ice_mp_tx_desc) +
				  o->buf + VFC_TX_BUF);

	/* Each piece begins at a line of its own. */
	return RTE_ALIGN_CEIL(mbx + o->queues * queue + 1024 * (4 + 4 * o->queues), ARENA_ALIGN);
}

int
vfc_open(struct vfc *c, uint16_t vf, const struct vfc_opt *opt)
{
	struct vfc_opt *o = &c->opt;
	uint16_t q;

	memset(c, 0, sizeof(*c));
	c->vf = vf;
	c->dev = T_DEV;
	c->link_up = -1;
	if (opt != NULL)
		*o = *opt;
	o->mbx_len = o->mbx_len ? o->mbx_len : 32;
	o->mbx_buf = o->mbx_buf ? o->mbx_buf : VFC_MAX_MSG;
	o->queues = o->queues ? o->queues : 1;
	o->ring = o->ring ? o->ring : 64;
	o->buf = o->buf ? o->buf : 2048;
	o->caps = o->caps ? o->caps : o->linux_like ? VFC_CAPS_LINUX : VFC_CAPS_DPDK;
	c->mem_len = arena_size(o);
	c->mem = aligned_alloc(ARENA_ALIGN, c->mem_len);
	T_CHECK(c->mem != NULL, "VF %u: no memory", vf);
	c->atq = arena(c, o->mbx_len * sizeof(*c->atq), 1024);
	c->arq = arena(c, o->mbx_len * sizeof(*c->arq), 1024);
	c->atq_buf = arena(c, (size_t)o->mbx_len * o->mbx_buf, 1024);
	c->arq_buf = arena(c, (size_t)o->mbx_len * o->mbx_buf, 1024);
	for (q = 0; q < o->queues; q++) {
		c->q[q].rx = arena(c, o->ring * sizeof(*c->q[q].rx), 1024);
		c->q[q].tx = arena(c, o->ring * sizeof(*c->q[q].tx), 1024);
		c->q[q].rx_buf = arena(c, (size_t)o->ring * o->buf, 1024);
		c->q[q].tx_buf = arena(c, (size_t)o->ring * VFC_TX_BUF, 1024);
	}
	T_EQ(sim.vf_grant(c->dev, vf, c->mem, c->mem_len), 0);
	return 0;
}

void
vfc_close(struct vfc *c)
{
	if (c->mem == NULL)
		return;
	/* A device or a VF that is gone writes nothing. */
	vfc_mbx_down(c);
	sim.vf_revoke(c->dev, c->vf);
	free(c->mem);
	c->mem = NULL;
}

static struct vfc clients[ICE_MP_HW_MAX_VFS];

int
vfc_begin(uint16_t nb, const struct vfc_opt *opt)
{
	uint16_t vf;

	T_EQ(sim.vf_enable(T_DEV, nb), 0);
	for (vf = 0; vf < nb; vf++)
		T_TRY(vfc_open(&clients[vf], vf, opt));
	return 0;
}

struct vfc *
vfc_of(uint16_t vf)
{
	return &clients[vf];
}

void
vfc_end(void)
{
	unsigned int vf;

	for (vf = 0; vf < RTE_DIM(clients); vf++)
		vfc_close(&clients[vf]);
}

uint32_t
vfc_rd(const struct vfc *c, uint32_t reg)
{
	uint32_t val = UINT32_MAX;

	sim.vf_reg_read(c->dev, c->vf, reg, &val);
	return val;
}

void
vfc_wr(const struct vfc *c, uint32_t reg, uint32_t val)
{
	sim.vf_reg_write(c->dev, c->vf, reg, val);
}

int
vfc_wait_active(const struct vfc *c)
{
	uint32_t state;

	T_WAIT(((state = vfc_rd(c, VF_VFGEN_RSTAT) & VFGEN_RSTAT_VFR_STATE_M) ==
		VFGEN_RSTAT_COMPLETED || state == VFGEN_RSTAT_VFACTIVE), T_WAIT_MS,
	       "VF %u stays in reset", c->vf);
	return 0;
}

bool
vfc_alive(const struct vfc *c)
{
	uint32_t len = vfc_rd(c, VF_ARQLEN1);

	return len != UINT32_MAX && (len & CTLQ_LEN_ENABLE_M) != 0;
}

static void
arq_post(struct vfc *c, uint16_t slot)
{
	struct ice_mp_aq_desc *d = &c->arq[slot];
	uint64_t addr = (uintptr_t)c->arq_buf + (size_t)slot * c->opt.mbx_buf;

	memset(d, 0, sizeof(*d));
	d->datalen = c->opt.mbx_buf;
	d->params.indirect.addr_high = addr >> 32;
	d->params.indirect.addr_low = (uint32_t)addr;
	__atomic_store_n(&d->flags, ICE_MP_AQ_FLAG_BUF |
			 (c->opt.mbx_buf > ICE_MP_AQ_LARGE_BUF ? ICE_MP_AQ_FLAG_LB : 0),
			 __ATOMIC_RELEASE);
}

void
vfc_mbx_up(struct vfc *c)
{
	uint16_t i;

	c->atq_next = 0;
	c->atq_head = 0;
	c->arq_next = 0;
	memset(c->atq, 0, c->opt.mbx_len * sizeof(*c->atq));
	for (i = 0; i < c->opt.mbx_len; i++)
		arq_post(c, i);
	vfc_wr(c, VF_ATQH1, 0);
	vfc_wr(c, VF_ATQT1, 0);
	vfc_wr(c, VF_ATQBAL1, (uint32_t)(uintptr_t)c->atq);
	vfc_wr(c, VF_ATQBAH1, (uint64_t)(uintptr_t)c->atq >> 32);
	vfc_wr(c, VF_ATQLEN1, c->opt.mbx_len | CTLQ_LEN_ENABLE_M);
	vfc_wr(c, VF_ARQH1, 0);
	vfc_wr(c, VF_ARQT1, 0);
	vfc_wr(c, VF_ARQBAL1, (uint32_t)(uintptr_t)c->arq);
	vfc_wr(c, VF_ARQBAH1, (uint64_t)(uintptr_t)c->arq >> 32);
	vfc_wr(c, VF_ARQLEN1, c->opt.mbx_len | CTLQ_LEN_ENABLE_M);
	vfc_wr(c, VF_ARQT1, c->opt.mbx_len - 1);
	/* The mailbox's interrupt, as drivers have it. */
	vfc_wr(c, VFINT_ICR0_ENA1, VFINT_ICR0_ENA1_ADMINQ_M);
	vfc_wr(c, VFINT_DYN_CTL01, GLINT_DYN_CTL_INTENA_M | GLINT_DYN_CTL_CLEARPBA_M |
	       GLINT_DYN_CTL_ITR_NONE << GLINT_DYN_CTL_ITR_INDX_S);
}

void
vfc_mbx_down(struct vfc *c)
{
	vfc_wr(c, VF_ATQLEN1, 0);
	vfc_wr(c, VF_ARQLEN1, 0);
}

/* ---- mailbox ---- */

int
vfc_post(struct vfc *c, struct ice_mp_aq_desc *d, const void *buf, uint16_t len)
{
	uint16_t slot = c->atq_next, next = (slot + 1) % c->opt.mbx_len;
	uint8_t *at = c->atq_buf + (size_t)slot * c->opt.mbx_buf;

	if (next == c->atq_head) {
		c->atq_head = vfc_rd(c, VF_ATQH1) & CTLQ_HT_M;
		if (next == c->atq_head)
			return -EAGAIN;
	}
	if (len != 0)
		memcpy(at, buf, RTE_MIN(len, c->opt.mbx_buf));
	if (len != 0 && d->params.indirect.addr_low == 0 && d->params.indirect.addr_high == 0) {
		d->params.indirect.addr_high = (uint64_t)(uintptr_t)at >> 32;
		d->params.indirect.addr_low = (uint32_t)(uintptr_t)at;
	}
	c->atq[slot] = *d;
	c->atq_next = next;
	if (!c->lazy)
		vfc_wr(c, VF_ATQT1, next);
	return 0;
}

int
vfc_send(struct vfc *c, uint32_t op, const void *buf, uint16_t len)
{
	struct ice_mp_aq_desc d = {
		.flags = ICE_MP_AQ_FLAG_SI,
		.opcode = ICE_MP_AQ_MBX_VF_TO_PF,
		.datalen = len,
		.cookie_high = op,
	};

	if (len != 0)
		d.flags |= ICE_MP_AQ_FLAG_BUF | ICE_MP_AQ_FLAG_RD;
	if (len > ICE_MP_AQ_LARGE_BUF)
		d.flags |= ICE_MP_AQ_FLAG_LB;
	return vfc_post(c, &d, buf, len);
}

int
vfc_recv(struct vfc *c, struct vfc_msg *m, unsigned int ms)
{
	uint64_t end = t_now_ms() + ms;
	uint16_t slot = c->arq_next;
	struct ice_mp_aq_desc *d = &c->arq[slot];
	uint16_t flags;

	while (((flags = __atomic_load_n(&d->flags, __ATOMIC_ACQUIRE)) & ICE_MP_AQ_FLAG_DD) == 0) {
		if (ms == 0 || t_now_ms() > end)
			return -ETIMEDOUT;
		t_pause();
	}
	m->op = d->cookie_high;
	m->status = (int32_t)d->cookie_low;
	m->desc_op = d->opcode;
	m->flags = flags;
	m->param0 = d->params.indirect.param0;
	m->len = RTE_MIN(d->datalen, RTE_MIN(c->opt.mbx_buf, (uint16_t)sizeof(m->data)));
	memcpy(m->data, c->arq_buf + (size_t)slot * c->opt.mbx_buf, m->len);
	arq_post(c, slot);
	c->arq_next = (slot + 1) % c->opt.mbx_len;
	if (!c->lazy)
		vfc_wr(c, VF_ARQT1, slot);
	return 0;
}

void
vfc_flush(const struct vfc *c)
{
	vfc_wr(c, VF_ARQT1, (c->arq_next + c->opt.mbx_len - 1) % c->opt.mbx_len);
	vfc_wr(c, VF_ATQT1, c->atq_next);
}

void
vfc_noted(struct vfc *c, const struct vfc_msg *m)
{
	if (m->op != ICE_MP_VC_EVENT || m->len != sizeof(c->event)) {
		c->strays++;
		return;
	}
	memcpy(&c->event, m->data, sizeof(c->event));
	c->nb_events++;
	switch (c->event.event) {
	case ICE_MP_VC_EVENT_LINK:
		c->nb_link++;
		c->link_up = c->event.link_up;
		break;
	case ICE_MP_VC_EVENT_RESET_IMPENDING:
		c->nb_impending++;
		break;
	case ICE_MP_VC_EVENT_PF_CLOSE:
		c->nb_close++;
		break;
	default:
		c->strays++;
		break;
	}
}

void
vfc_drain(struct vfc *c)
{
	while (vfc_recv(c, &c->msg, 0) == 0)
		vfc_noted(c, &c->msg);
}

int
vfc_ask(struct vfc *c, uint32_t op, const void *buf, uint16_t len)
{
	uint64_t end = t_now_ms() + T_WAIT_MS;

	while (vfc_send(c, op, buf, len) != 0) {
		if (t_now_ms() > end)
			return VFC_SILENCE;
		t_pause();
	}
	while (vfc_recv(c, &c->msg, T_WAIT_MS) == 0) {
		if (c->msg.op == op)
			return c->msg.status;
		vfc_noted(c, &c->msg);
		if (t_now_ms() > end)
			break;
	}
	return VFC_SILENCE;
}

int
vfc_wait_link(struct vfc *c, bool up)
{
	T_WAIT((vfc_drain(c), c->link_up == up), T_WAIT_MS, "VF %u: its link is not %s", c->vf,
	       up ? "up" : "down");
	return 0;
}

/* ---- messages ---- */

int
vfc_version(struct vfc *c)
{
	static const struct ice_mp_vc_version ours = { ICE_MP_VC_MAJOR, ICE_MP_VC_MINOR };

	return vfc_ask(c, ICE_MP_VC_VERSION, &ours, sizeof(ours));
}

int
vfc_resources(struct vfc *c, uint32_t caps)
{
	int rc = vfc_ask(c, ICE_MP_VC_GET_VF_RESOURCES, &caps, sizeof(caps));

	if (rc == ICE_MP_VC_OK && c->msg.len == sizeof(c->res)) {
		memcpy(&c->res, c->msg.data, sizeof(c->res));
		memcpy(c->mac, c->res.vsi.mac, sizeof(c->mac));
	}
	return rc;
}

void
vfc_says(const struct vfc *c, struct vfm_says *s)
{
	uint16_t q;

	memset(s, 0, sizeof(*s));
	s->caps = c->opt.caps;
	s->queues = c->opt.queues;
	s->ring = c->opt.ring;
	s->buf = c->opt.buf;
	s->rxdid = c->rxdid;
	s->outer = c->vlan.filter.outer != ICE_MP_VC_VLAN_UNSUPPORTED;
	for (q = 0; q < c->opt.queues; q++) {
		s->tx[q] = (uintptr_t)c->q[q].tx;
		s->rx[q] = (uintptr_t)c->q[q].rx;
	}
}

/* Stock clients' lists have one element more than they say: the one of which the
 * public header's structures have an array. */

int
vfc_config_queues(struct vfc *c, uint16_t nb)
{
	uint8_t buf[VFM_MAX_LEN];
	struct vfm_says says;

	vfc_says(c, &says);
	return vfc_ask(c, ICE_MP_VC_CONFIG_VSI_QUEUES, buf, sizeof(struct ice_mp_vc_qpair) +
		       vfm_right(&says, ICE_MP_VC_CONFIG_VSI_QUEUES, nb, buf));
}

/* net_iavf without Rx interrupts: every Rx queue on one vector, no Tx queue. Linux:
 * a vector for each pair, and at the end the mailbox's with nothing. */
int
vfc_irq_map(struct vfc *c)
{
	struct {
		uint16_t nb;
		struct ice_mp_vc_vector_map map[ICE_MP_VF_MAX_VECTORS + 1];
	} m = { .nb = 1 };
	uint16_t q;

	m.map[0].vsi_id = VFC_VSI;
	if (!c->opt.linux_like) {
		m.map[0].vector_id = c->res.max_vectors > 1 ? 1 : 0;
		m.map[0].rxq_map = (1u << c->nb_q) - 1;
	} else {
		for (q = 0; q < c->nb_q; q++) {
			m.map[q].vsi_id = VFC_VSI;
			m.map[q].vector_id = q + 1;
			m.map[q].rxq_map = 1u << q;
			m.map[q].txq_map = 1u << q;
			m.map[q].txitr_idx = 1;
		}
		memset(&m.map[q], 0, sizeof(m.map[q]));
		m.map[q].vsi_id = VFC_VSI;
		m.nb = q + 1;
	}
	return vfc_ask(c, ICE_MP_VC_CONFIG_IRQ_MAP, &m, 2 + (m.nb + 1) * sizeof(m.map[0]));
}

int
vfc_queues(struct vfc *c, uint32_t op, uint32_t rx, uint32_t tx)
{
	struct ice_mp_vc_queue_select s = { .vsi_id = VFC_VSI, .rx_queues = rx, .tx_queues = tx };

	return vfc_ask(c, op, &s, sizeof(s));
}

int
vfc_mac(struct vfc *c, uint32_t op, const uint8_t *mac, uint8_t type)
{
	struct {
		uint16_t vsi_id, nb;
		struct ice_mp_vc_ether_addr a[2];
	} m = { .vsi_id = VFC_VSI, .nb = 1, .a[0].type = type };

	memcpy(m.a[0].addr, mac, sizeof(m.a[0].addr));
	return vfc_ask(c, op, &m, sizeof(m));
}

int
vfc_vlan(struct vfc *c, uint32_t op, uint16_t id)
{
	struct {
		uint16_t vsi_id, nb, id;
	} m = { VFC_VSI, 1, id };

	return vfc_ask(c, op, &m, sizeof(m));
}

int
vfc_vlan_v2(struct vfc *c, uint32_t op, uint16_t id)
{
	uint64_t buf[(sizeof(struct ice_mp_vc_vlans_v2) + sizeof(struct ice_mp_vc_vlan_filter)) /
		     sizeof(uint64_t)] = { 0 };
	bool outer = c->vlan.filter.outer != ICE_MP_VC_VLAN_UNSUPPORTED;
	struct ice_mp_vc_vlans_v2 *m = (void *)buf;
	struct ice_mp_vc_vlan_tag *t = outer ? &m->filter[0].outer : &m->filter[0].inner;

	m->vsi_id = VFC_VSI;
	m->nb = 1;
	t->tci = id;
	t->tpid = RTE_ETHER_TYPE_VLAN;
	return vfc_ask(c, op, buf, sizeof(buf));
}

int
vfc_promisc(struct vfc *c, uint16_t flags)
{
	struct ice_mp_vc_promisc m = { VFC_VSI, flags };

	return vfc_ask(c, ICE_MP_VC_CONFIG_PROMISC, &m, sizeof(m));
}

int
vfc_stats(struct vfc *c, struct ice_mp_vc_stats *out)
{
	int rc = vfc_queues(c, ICE_MP_VC_GET_STATS, 0, 0);

	if (rc == ICE_MP_VC_OK && c->msg.len == sizeof(*out))
		memcpy(out, c->msg.data, sizeof(*out));
	return rc;
}

/* ---- what stock clients say ---- */

static int
agree(struct vfc *c)
{
	struct ice_mp_vc_version v;

	T_EQ(vfc_version(c), ICE_MP_VC_OK);
	T_EQ(c->msg.len, sizeof(v));
	memcpy(&v, c->msg.data, sizeof(v));
	T_CHECK(v.major == ICE_MP_VC_MAJOR && v.minor == ICE_MP_VC_MINOR,
		"VF %u: version %u.%u", c->vf, v.major, v.minor);
	return 0;
}

static int
meet(struct vfc *c, bool again)
{
	T_TRY(vfc_wait_active(c));
	vfc_mbx_up(c);
	/* Linux iavf takes it that a reset has not changed the PF's version. */
	if (!again || !c->opt.linux_like)
		T_TRY(agree(c));
	T_EQ(vfc_resources(c, c->opt.caps), ICE_MP_VC_OK);
	T_EQ(c->msg.len, sizeof(c->res));
	T_EQ(c->res.nb_vsis, 1);
	T_EQ(c->res.vsi.vsi_id, VFC_VSI);
	T_EQ(c->res.vsi.vsi_type, ICE_MP_VC_VSI_SRIOV);
	T_EQ(c->res.vsi.nb_queue_pairs, c->res.nb_queue_pairs);
	T_CHECK(c->res.nb_queue_pairs >= 1 && c->res.nb_queue_pairs <= ICE_MP_VF_MAX_QPS,
		"VF %u: %u queue pairs", c->vf, c->res.nb_queue_pairs);
	T_CHECK((c->res.caps & ~(c->opt.caps | ICE_MP_VC_CAP_L2)) == 0,
		"VF %u: granted what it did not ask for: 0x%x of 0x%x", c->vf, c->res.caps,
		c->opt.caps);
	c->nb_q = RTE_MIN(c->opt.queues, c->res.nb_queue_pairs);
	c->rxdids = 0;
	if (c->res.caps & ICE_MP_VC_CAP_RX_FLEX_DESC) {
		T_EQ(vfc_ask(c, ICE_MP_VC_GET_RXDIDS, NULL, 0), ICE_MP_VC_OK);
		T_EQ(c->msg.len, sizeof(c->rxdids));
		memcpy(&c->rxdids, c->msg.data, sizeof(c->rxdids));
	}
	memset(&c->vlan, 0, sizeof(c->vlan));
	if (c->res.caps & ICE_MP_VC_CAP_VLAN_V2) {
		T_EQ(vfc_ask(c, ICE_MP_VC_GET_VLAN_V2_CAPS, NULL, 0), ICE_MP_VC_OK);
		T_EQ(c->msg.len, sizeof(c->vlan));
		memcpy(&c->vlan, c->msg.data, sizeof(c->vlan));
	}
	/* net_iavf: the format with the hash where it knows it; else legacy. */
	c->rxdid = c->opt.rxdid;
	if (c->rxdid == 0 && !c->opt.linux_like)
		c->rxdid = c->rxdids & 1ull << ICE_MP_RXDID_COMMS_OVS ? ICE_MP_RXDID_COMMS_OVS :
			   c->rxdids != 0 ? ICE_MP_RXDID_LEGACY : 0;
	return 0;
}

int
vfc_hello(struct vfc *c)
{
	return meet(c, false);
}

#define RSS_KEY_LEN	(sizeof(struct ice_mp_vc_rss_key) + ICE_MP_VC_RSS_KEY_SIZE + 1)
#define RSS_LUT_LEN	(sizeof(struct ice_mp_vc_rss_lut) + ICE_MP_VC_RSS_LUT_SIZE + 1)

static int
rss_setup(struct vfc *c)
{
	uint8_t key_buf[RSS_KEY_LEN] __rte_aligned(4) = { 0 };
	uint8_t lut_buf[RSS_LUT_LEN] __rte_aligned(4) = { 0 };
	struct ice_mp_vc_rss_key *key = (void *)key_buf;
	struct ice_mp_vc_rss_lut *lut = (void *)lut_buf;
	unsigned int i;

	key->vsi_id = lut->vsi_id = VFC_VSI;
	key->len = ICE_MP_VC_RSS_KEY_SIZE;
	lut->entries = ICE_MP_VC_RSS_LUT_SIZE;
	for (i = 0; i < ICE_MP_VC_RSS_KEY_SIZE; i++)
		key->key[i] = 0x6D + 37 * i;
	for (i = 0; i < ICE_MP_VC_RSS_LUT_SIZE; i++)
		lut->lut[i] = i % c->nb_q;
	if (c->opt.linux_like)
		T_EQ(vfc_ask(c, ICE_MP_VC_CONFIG_RSS_KEY, key, RSS_KEY_LEN), ICE_MP_VC_OK);
	T_EQ(vfc_ask(c, ICE_MP_VC_CONFIG_RSS_LUT, lut, RSS_LUT_LEN), ICE_MP_VC_OK);
	if (!c->opt.linux_like)
		T_EQ(vfc_ask(c, ICE_MP_VC_CONFIG_RSS_KEY, key, RSS_KEY_LEN), ICE_MP_VC_OK);
	return 0;
}

/* Init, configure and start of net_iavf. */
static int
start_dpdk(struct vfc *c)
{
	uint64_t hena = 0;
	uint16_t q;

	if (c->res.caps & ICE_MP_VC_CAP_RSS_PF) {
		T_EQ(vfc_ask(c, ICE_MP_VC_SET_RSS_HENA, &hena, sizeof(hena)), ICE_MP_VC_OK);
		T_TRY(rss_setup(c));
		T_EQ(vfc_ask(c, ICE_MP_VC_GET_RSS_HENA_CAPS, NULL, 0), ICE_MP_VC_OK);
		T_EQ(c->msg.len, sizeof(hena));
		memcpy(&hena, c->msg.data, sizeof(hena));
		T_EQ(vfc_ask(c, ICE_MP_VC_SET_RSS_HENA, &hena, sizeof(hena)), ICE_MP_VC_OK);
	}
	vfc_rings_reset(c);
	T_EQ(vfc_config_queues(c, c->nb_q), ICE_MP_VC_OK);
	T_EQ(vfc_irq_map(c), ICE_MP_VC_OK);
	T_EQ(vfc_mac(c, ICE_MP_VC_ADD_ETH_ADDR, c->mac, ICE_MP_VC_ADDR_PRIMARY), ICE_MP_VC_OK);
	for (q = 0; q < c->nb_q; q++)
		T_EQ(vfc_queues(c, ICE_MP_VC_ENABLE_QUEUES, 0, 1u << q), ICE_MP_VC_OK);
	for (q = 0; q < c->nb_q; q++)
		T_EQ(vfc_queues(c, ICE_MP_VC_ENABLE_QUEUES, 1u << q, 0), ICE_MP_VC_OK);
	T_EQ(vfc_promisc(c, 0), ICE_MP_VC_OK);
	T_EQ(vfc_promisc(c, 0), ICE_MP_VC_OK);
	return 0;
}

/* Of Linux iavf: the vectors, then open. */
static int
start_linux(struct vfc *c)
{
	uint32_t all = (1u << c->nb_q) - 1;

	T_EQ(vfc_irq_map(c), ICE_MP_VC_OK);
	if (c->res.caps & ICE_MP_VC_CAP_RSS_PF)
		T_TRY(rss_setup(c));
	T_EQ(vfc_mac(c, ICE_MP_VC_ADD_ETH_ADDR, c->mac, ICE_MP_VC_ADDR_PRIMARY), ICE_MP_VC_OK);
	vfc_rings_reset(c);
	T_EQ(vfc_config_queues(c, c->nb_q), ICE_MP_VC_OK);
	T_EQ(vfc_queues(c, ICE_MP_VC_ENABLE_QUEUES, all, all), ICE_MP_VC_OK);
	return 0;
}

int
vfc_start(struct vfc *c)
{
	return c->opt.linux_like ? start_linux(c) : start_dpdk(c);
}

int
vfc_stop(struct vfc *c)
{
	uint32_t all = (1u << c->nb_q) - 1;

	T_EQ(vfc_queues(c, ICE_MP_VC_DISABLE_QUEUES, all, all), ICE_MP_VC_OK);
	T_EQ(vfc_mac(c, ICE_MP_VC_DEL_ETH_ADDR, c->mac, ICE_MP_VC_ADDR_PRIMARY), ICE_MP_VC_OK);
	return 0;
}

static int
come_up(struct vfc *c, bool again)
{
	unsigned int nb;

	T_TRY(meet(c, again));
	vfc_drain(c);
	nb = c->nb_link;
	T_TRY(vfc_start(c));
	T_WAIT((vfc_drain(c), c->nb_link > nb), T_WAIT_MS,
	       "VF %u: no link event after ENABLE_QUEUES", c->vf);
	return 0;
}

int
vfc_up(struct vfc *c)
{
	return come_up(c, false);
}

int
vfc_again(struct vfc *c)
{
	vfc_mbx_down(c);
	c->link_up = -1;
	c->nb_link = c->nb_impending = c->nb_close = c->nb_events = 0;
	return come_up(c, true);
}
