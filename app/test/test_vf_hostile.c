/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Messages of a hostile VF. Each row of the tables is a message that is right
 * but for one thing; it must be answered with exactly the status that the row
 * names, and neither the device nor the driver may differ afterwards in
 * anything that is not the VF's (vfh_same()). Where nothing of the VF itself may
 * have changed either, that is compared, too.
 *
 * VF 0 is the hostile one, VF 1 on another port and VF 2 on its own port are
 * its neighbours, with traffic now and then.
 */

#include "vf_hostile.h"

/* What a VF has reached when it sends the message. */
enum reached { NOTHING, MET, ACTIVE, CONFIGURED, STARTED };

#define P(field_off, sz, v)	{ true, field_off, sz, v }
#define AT(type, field)		offsetof(struct ice_mp_vc_ ## type, field)
#define TXQ(field)	(sizeof(struct ice_mp_vc_vsi_queues) + AT(qpair, txq) + AT(txq, field))
#define RXQ(field)	(sizeof(struct ice_mp_vc_vsi_queues) + AT(qpair, rxq) + AT(rxq, field))
#define PAIR2		sizeof(struct ice_mp_vc_qpair)	/* from one pair to the next */
#define MAP(field)	(sizeof(struct ice_mp_vc_irq_map) + AT(vector_map, field))
#define ADDR		sizeof(struct ice_mp_vc_ether_addrs)
#define VLAN2(field)	(sizeof(struct ice_mp_vc_vlans_v2) + AT(vlan_filter, field))

struct patch {
	bool on;
	uint16_t off;
	uint8_t size;
	uint64_t val;
};

struct row {
	const char *name;
	enum reached reached;
	uint32_t op;
	uint16_t n;		/* elements of lists */
	struct patch patch[4];
	int more;		/* bytes added to, or taken from, the right length */
	int want;
	bool effect;		/* it may change what the VF itself has */
};

/* ---- running a table ---- */

/* VF 0 from the start to where the row has it. */
static int
reach(struct vfc *c, enum reached to)
{
	if (vfc_alive(c)) {
		T_EQ(vfc_send(c, ICE_MP_VC_RESET_VF, NULL, 0), 0);
		T_WAIT(!vfc_alive(c), T_WAIT_MS, "RESET_VF has no effect");
	}
	T_TRY(vfc_wait_active(c));
	if (to >= ACTIVE) {
		T_TRY(vfc_hello(c));
	} else {
		vfc_mbx_up(c);
		if (to == MET)
			T_EQ(vfc_version(c), ICE_MP_VC_OK);
	}
	if (to >= STARTED)
		return vfc_start(c);
	if (to >= CONFIGURED) {
		vfc_rings_reset(c);
		T_EQ(vfc_config_queues(c, c->nb_q), ICE_MP_VC_OK);
		T_EQ(vfc_irq_map(c), ICE_MP_VC_OK);
	}
	return 0;
}

static int
run_row(struct vfc *c, const struct row *r)
{
	uint8_t buf[VFC_MAX_MSG];
	struct vfm_says says;
	int len;
	unsigned int i;
	int rc;

	vfc_says(c, &says);
	len = vfm_right(&says, r->op, r->n, buf) + r->more;
	for (i = 0; i < RTE_DIM(r->patch); i++)
		if (r->patch[i].on)
			memcpy(buf + r->patch[i].off, &r->patch[i].val, r->patch[i].size);
	vfc_drain(c);
	T_TRY(vfh_before(c->vf));
	rc = vfc_ask(c, r->op, buf, RTE_MAX(len, 0));
	T_CHECK(rc == r->want, "opcode %u answered with %d, not %d", r->op, rc, r->want);
	T_TRY(vfh_same(!r->effect && r->want != ICE_MP_VC_OK));
	T_CHECK(vfc_alive(c), "it reset the VF");
	return 0;
}

static int
run_table(const struct row *table, unsigned int nb)
{
	struct vfc *c;
	unsigned int i;
	int reached = -1;

	T_TRY(vfh_up());
	c = vfc_of(VFH_BAD);
	for (i = 0; i < nb; i++) {
		/* A refusal changes nothing: the next one may follow at once. */
		if ((int)table[i].reached != reached || table[i].want == ICE_MP_VC_OK)
			if (reach(c, table[i].reached) != 0)
				T_FAIL("row %s", table[i].name);
		reached = table[i].want == ICE_MP_VC_OK ? -1 : (int)table[i].reached;
		if (run_row(c, &table[i]) != 0)
			T_FAIL("row %s", table[i].name);
	}
	return vfh_all_well();
}

#define RUN(table)	run_table(table, RTE_DIM(table))

/* ---- what the comparison sees ---- */

/* What a VF does by right changes what it has, each time, and nobody else's: so the
 * rows of the tables compare something. */
static int
comparison(void)
{
	static const struct row table[] = {
		{ "an address", STARTED, ICE_MP_VC_ADD_ETH_ADDR, 1, { { 0 } }, 0, 0, true },
		{ "a VLAN", STARTED, ICE_MP_VC_ADD_VLAN_V2, 1, { { 0 } }, 0, 0, true },
		{ "a key", STARTED, ICE_MP_VC_CONFIG_RSS_KEY, 0, { P(4, 1, 0x77) }, 0, 0, true },
		{ "a table", STARTED, ICE_MP_VC_CONFIG_RSS_LUT, 0, { P(4, 1, 1) }, 0, 0, true },
		{ "a queue less", STARTED, ICE_MP_VC_DISABLE_QUEUES, 0, { { 0 } }, 0, 0, true },
		{ "a ring", ACTIVE, ICE_MP_VC_CONFIG_VSI_QUEUES, 2, { { 0 } }, 0, 0, true },
		{ "vectors", ACTIVE, ICE_MP_VC_CONFIG_IRQ_MAP, 2, { { 0 } }, 0, 0, true },
		{ "a tag taken off", STARTED, ICE_MP_VC_ENA_VLAN_STRIP_V2, 0, { { 0 } }, 0, 0,
		  true },
		{ "resources", MET, ICE_MP_VC_GET_VF_RESOURCES, 0, { { 0 } }, 0, 0, true },
	};
	uint64_t before, after;
	unsigned int i;
	struct vfc *c;

	T_TRY(vfh_up());
	c = vfc_of(VFH_BAD);
	for (i = 0; i < RTE_DIM(table); i++) {
		T_TRY(reach(c, table[i].reached));
		T_EQ(sim.fn_digest(T_DEV, 1 + VFH_BAD, &before), 0);
		T_TRY(run_row(c, &table[i]));
		T_EQ(sim.fn_digest(T_DEV, 1 + VFH_BAD, &after), 0);
		/* Rings and vectors reach the device with ENABLE_QUEUES. */
		if (table[i].op != ICE_MP_VC_CONFIG_VSI_QUEUES &&
		    table[i].op != ICE_MP_VC_CONFIG_IRQ_MAP)
			T_CHECK(before != after, "%s makes no difference", table[i].name);
	}
	return vfh_all_well();
}

/* ---- lengths: every opcode with a length of its own ---- */

static int
lengths(void)
{
	static const struct {
		uint32_t op;
		uint16_t n;
		uint16_t count_at;	/* where its number of elements is; 0: none */
		enum reached reached;
		uint32_t cap;		/* without which there is no such opcode */
		uint16_t slack;		/* bytes of the element that stock clients send on top */
	} ops[] = {
		{ ICE_MP_VC_VERSION, 0, 0, NOTHING, 0 },
		{ ICE_MP_VC_GET_VF_RESOURCES, 0, 0, MET, 0 },
		{ ICE_MP_VC_CONFIG_VSI_QUEUES, 2, 2, ACTIVE, 0,
		  sizeof(struct ice_mp_vc_qpair) },
		{ ICE_MP_VC_CONFIG_IRQ_MAP, 2, UINT16_MAX, ACTIVE, 0,
		  sizeof(struct ice_mp_vc_vector_map) },
		{ ICE_MP_VC_ENABLE_QUEUES, 0, 0, CONFIGURED, 0 },
		{ ICE_MP_VC_DISABLE_QUEUES, 0, 0, STARTED, 0 },
		{ ICE_MP_VC_ADD_ETH_ADDR, 2, 2, STARTED, 0,
		  sizeof(struct ice_mp_vc_ether_addr) },
		{ ICE_MP_VC_DEL_ETH_ADDR, 2, 2, STARTED, 0,
		  sizeof(struct ice_mp_vc_ether_addr) },
		{ ICE_MP_VC_CONFIG_PROMISC, 0, 0, STARTED, 0 },
		{ ICE_MP_VC_GET_STATS, 0, 0, STARTED, 0 },
		{ ICE_MP_VC_CONFIG_RSS_KEY, 0, 2, STARTED, ICE_MP_VC_CAP_RSS_PF,
		  1 },
		{ ICE_MP_VC_CONFIG_RSS_LUT, 0, 2, STARTED, ICE_MP_VC_CAP_RSS_PF,
		  1 },
		{ ICE_MP_VC_GET_RSS_HENA_CAPS, 0, 0, STARTED, ICE_MP_VC_CAP_RSS_PF },
		{ ICE_MP_VC_SET_RSS_HENA, 0, 0, STARTED, ICE_MP_VC_CAP_RSS_PF },
		{ ICE_MP_VC_REQUEST_QUEUES, 0, 0, STARTED, ICE_MP_VC_CAP_REQ_QUEUES },
		{ ICE_MP_VC_GET_RXDIDS, 0, 0, STARTED, ICE_MP_VC_CAP_RX_FLEX_DESC },
		{ ICE_MP_VC_GET_VLAN_V2_CAPS, 0, 0, STARTED, ICE_MP_VC_CAP_VLAN_V2 },
		{ ICE_MP_VC_ADD_VLAN_V2, 2, 2, STARTED, ICE_MP_VC_CAP_VLAN_V2 },
		{ ICE_MP_VC_DEL_VLAN_V2, 2, 2, STARTED, ICE_MP_VC_CAP_VLAN_V2 },
		{ ICE_MP_VC_ENA_VLAN_STRIP_V2, 0, 0, STARTED, ICE_MP_VC_CAP_VLAN_V2 },
		{ ICE_MP_VC_DIS_VLAN_STRIP_V2, 0, 0, STARTED, ICE_MP_VC_CAP_VLAN_V2 },
		{ ICE_MP_VC_ENA_VLAN_INSERT_V2, 0, 0, STARTED, ICE_MP_VC_CAP_VLAN_V2 },
		{ ICE_MP_VC_DIS_VLAN_INSERT_V2, 0, 0, STARTED, ICE_MP_VC_CAP_VLAN_V2 },
	};
	static const uint16_t counts[] = { 0, 1, 3, 0x7FFF, 0xFFFF };
	uint8_t buf[VFC_MAX_MSG];
	struct vfm_says says;
	unsigned int i, k;
	struct vfc *c;

	T_TRY(vfh_up());
	c = vfc_of(VFH_BAD);
	for (i = 0; i < RTE_DIM(ops); i++) {
		struct row r = { .op = ops[i].op, .n = ops[i].n, .want = ICE_MP_VC_ERR_PARAM };
		int len;

		T_TRY(reach(c, ops[i].reached));
		if ((c->res.caps & ops[i].cap) != ops[i].cap)
			continue;
		vfc_says(c, &says);
		len = vfm_right(&says, r.op, r.n, buf);
		const int more[] = { -len, -1, 1, -len + 1, ops[i].slack + 1, 2 * ops[i].slack,
				     VFC_MAX_MSG - len };

		for (k = 0; k < RTE_DIM(more); k++) {
			r.more = more[k];
			/* Nothing less than nothing. */
			if (len + r.more < 0 || r.more == 0 || r.more == ops[i].slack)
				continue;
			if (run_row(c, &r) != 0)
				T_FAIL("opcode %u with %d bytes more", r.op, r.more);
		}
		r.more = 0;
		for (k = 0; ops[i].count_at != 0 && k < RTE_DIM(counts); k++) {
			/* One less is the one on top. */
			if (ops[i].slack != 0 && counts[k] + 1 == r.n)
				continue;
			r.patch[0] = (struct patch)P(ops[i].count_at == UINT16_MAX ? 0 :
						     ops[i].count_at, 2, counts[k]);
			if (run_row(c, &r) != 0)
				T_FAIL("opcode %u says %u elements", r.op, counts[k]);
		}
		if (ops[i].slack == 0 || r.op == ICE_MP_VC_DEL_ETH_ADDR)
			continue;
		r = (struct row){ .op = r.op, .n = r.n, .more = ops[i].slack, .effect = true };
		if (run_row(c, &r) != 0)
			T_FAIL("opcode %u as stock clients send it", r.op);
	}
	return vfh_all_well();
}

/* ---- ids of others ---- */

static int
foreign_vsi(void)
{
	static const struct {
		uint32_t op;
		uint16_t n, at;
	} ops[] = {
		{ ICE_MP_VC_CONFIG_VSI_QUEUES, 1, AT(vsi_queues, vsi_id) },
		{ ICE_MP_VC_CONFIG_VSI_QUEUES, 1, TXQ(vsi_id) },
		{ ICE_MP_VC_CONFIG_VSI_QUEUES, 1, RXQ(vsi_id) },
		{ ICE_MP_VC_CONFIG_VSI_QUEUES, 2, TXQ(vsi_id) + PAIR2 },
		{ ICE_MP_VC_CONFIG_VSI_QUEUES, 2, RXQ(vsi_id) + PAIR2 },
		{ ICE_MP_VC_CONFIG_IRQ_MAP, 1, MAP(vsi_id) },
		{ ICE_MP_VC_CONFIG_IRQ_MAP, 2, MAP(vsi_id) + sizeof(struct ice_mp_vc_vector_map) },
		{ ICE_MP_VC_ENABLE_QUEUES, 0, AT(queue_select, vsi_id) },
		{ ICE_MP_VC_DISABLE_QUEUES, 0, AT(queue_select, vsi_id) },
		{ ICE_MP_VC_GET_STATS, 0, AT(queue_select, vsi_id) },
		{ ICE_MP_VC_ADD_ETH_ADDR, 1, AT(ether_addrs, vsi_id) },
		{ ICE_MP_VC_DEL_ETH_ADDR, 1, AT(ether_addrs, vsi_id) },
		{ ICE_MP_VC_CONFIG_PROMISC, 0, AT(promisc, vsi_id) },
		{ ICE_MP_VC_CONFIG_RSS_KEY, 0, AT(rss_key, vsi_id) },
		{ ICE_MP_VC_CONFIG_RSS_LUT, 0, AT(rss_lut, vsi_id) },
		{ ICE_MP_VC_ADD_VLAN_V2, 1, AT(vlans_v2, vsi_id) },
		{ ICE_MP_VC_DEL_VLAN_V2, 1, AT(vlans_v2, vsi_id) },
		{ ICE_MP_VC_ENA_VLAN_STRIP_V2, 0, AT(vlan_setting, vsi_id) },
		{ ICE_MP_VC_DIS_VLAN_STRIP_V2, 0, AT(vlan_setting, vsi_id) },
		{ ICE_MP_VC_ENA_VLAN_INSERT_V2, 0, AT(vlan_setting, vsi_id) },
		{ ICE_MP_VC_DIS_VLAN_INSERT_V2, 0, AT(vlan_setting, vsi_id) },
	};
	static const uint16_t ids[] = { 0, 2, 3, 9, 0x0101, 0xFFFF };
	unsigned int i, k;
	struct vfc *c;

	T_TRY(vfh_up());
	c = vfc_of(VFH_BAD);
	T_TRY(reach(c, CONFIGURED));
	for (i = 0; i < RTE_DIM(ops); i++) {
		for (k = 0; k < RTE_DIM(ids); k++) {
			struct row r = { .op = ops[i].op, .n = ops[i].n,
					 .patch = { P(ops[i].at, 2, ids[k]) },
					 .want = ICE_MP_VC_ERR_PARAM };

			if (run_row(c, &r) != 0)
				T_FAIL("opcode %u, VSI %u at byte %u", r.op, ids[k], ops[i].at);
		}
	}
	return vfh_all_well();
}

#define QSEL_RX		AT(queue_select, rx_queues)
#define QSEL_TX		AT(queue_select, tx_queues)
#define BAD		ICE_MP_VC_ERR_PARAM

static int
foreign_queues(void)
{
	/* The VF has two: 0 and 1. */
	static const struct row table[] = {
#define SELECT(op, state) \
		{ #op " rx 2", state, op, 0, { P(QSEL_RX, 4, 1 << 2) }, 0, BAD, false }, \
		{ #op " tx 2", state, op, 0, { P(QSEL_TX, 4, 1 << 2) }, 0, BAD, false }, \
		{ #op " rx all", state, op, 0, { P(QSEL_RX, 4, UINT32_MAX) }, 0, BAD, false }, \
		{ #op " tx all", state, op, 0, { P(QSEL_TX, 4, UINT32_MAX) }, 0, BAD, false }, \
		{ #op " rx 31", state, op, 0, { P(QSEL_RX, 4, 1u << 31) }, 0, BAD, false }, \
		{ #op " tx 16", state, op, 0, { P(QSEL_TX, 4, 1u << 16) }, 0, BAD, false }, \
		{ #op " none", state, op, 0, { P(QSEL_RX, 4, 0), P(QSEL_TX, 4, 0) }, 0, BAD, \
		  false }
		SELECT(ICE_MP_VC_ENABLE_QUEUES, CONFIGURED),
		SELECT(ICE_MP_VC_DISABLE_QUEUES, STARTED),
#define CONFIG(name, ...) \
		{ name, ACTIVE, ICE_MP_VC_CONFIG_VSI_QUEUES, 2, { __VA_ARGS__ }, 0, BAD, false }
		CONFIG("tx queue 2", P(TXQ(queue_id) + PAIR2, 2, 2)),
		CONFIG("rx queue 2", P(RXQ(queue_id) + PAIR2, 2, 2)),
		CONFIG("pair 2", P(TXQ(queue_id) + PAIR2, 2, 2), P(RXQ(queue_id) + PAIR2, 2, 2)),
		CONFIG("pair 16", P(TXQ(queue_id), 2, 16), P(RXQ(queue_id), 2, 16)),
		CONFIG("pair 65535", P(TXQ(queue_id), 2, 0xFFFF), P(RXQ(queue_id), 2, 0xFFFF)),
		CONFIG("pair of two", P(TXQ(queue_id), 2, 1)),
		CONFIG("one pair twice", P(TXQ(queue_id) + PAIR2, 2, 0),
		       P(RXQ(queue_id) + PAIR2, 2, 0)),
		{ "one pair of two", ACTIVE, ICE_MP_VC_CONFIG_VSI_QUEUES, 1,
		  { P(TXQ(queue_id), 2, 1) }, 0, BAD, false },
		{ "queues that run", STARTED, ICE_MP_VC_CONFIG_VSI_QUEUES, 2, { { 0 } }, 0, BAD,
		  false },
		{ "tx queues without rings", ACTIVE, ICE_MP_VC_ENABLE_QUEUES, 0,
		  { P(QSEL_RX, 4, 0) }, 0, BAD, false },
		{ "rx queues without rings", ACTIVE, ICE_MP_VC_ENABLE_QUEUES, 0,
		  { P(QSEL_TX, 4, 0) }, 0, BAD, false },
		{ "three pairs", ACTIVE, ICE_MP_VC_CONFIG_VSI_QUEUES, 3, { { 0 } }, 0, BAD, false },
		{ "63 pairs", ACTIVE, ICE_MP_VC_CONFIG_VSI_QUEUES, 63, { { 0 } }, 0, BAD, false },
#define IRQ(name, ...) \
		{ name, CONFIGURED, ICE_MP_VC_CONFIG_IRQ_MAP, 2, { __VA_ARGS__ }, 0, BAD, false }
		IRQ("irq rx 2", P(MAP(rxq_map), 2, 1 << 2)),
		IRQ("irq tx 2", P(MAP(txq_map), 2, 1 << 2)),
		IRQ("irq rx all", P(MAP(rxq_map), 2, 0xFFFF)),
		IRQ("irq tx 15", P(MAP(txq_map), 2, 1 << 15)),
		/* It has three: 0, 1 and 2. */
		IRQ("vector 3", P(MAP(vector_id), 2, 3)),
		IRQ("vector 17", P(MAP(vector_id), 2, 17)),
		IRQ("vector 65535", P(MAP(vector_id), 2, 0xFFFF)),
		IRQ("second vector 3", P(MAP(vector_id) + sizeof(struct ice_mp_vc_vector_map), 2,
					 3)),
		IRQ("mailbox's vector for rx", P(MAP(vector_id), 2, 0), P(MAP(txq_map), 2, 0)),
		IRQ("mailbox's vector for tx", P(MAP(vector_id), 2, 0), P(MAP(rxq_map), 2, 0)),
		IRQ("rx itr 4", P(MAP(rxitr_idx), 2, 4)),
		IRQ("tx itr 65535", P(MAP(txitr_idx), 2, 0xFFFF)),
		{ "four vectors", CONFIGURED, ICE_MP_VC_CONFIG_IRQ_MAP, 4, { { 0 } }, 0, BAD,
		  false },
	};

	return RUN(table);
}

static int
bad_rings(void)
{
	static const struct row table[] = {
		CONFIG("tx ring 0", P(TXQ(ring_len), 2, 0)),
		CONFIG("tx ring 1", P(TXQ(ring_len), 2, 1)),
		CONFIG("tx ring 65", P(TXQ(ring_len), 2, 65)),
		CONFIG("tx ring 8192", P(TXQ(ring_len), 2, 8192)),
		CONFIG("tx ring 65535", P(TXQ(ring_len), 2, 0xFFFF)),
		CONFIG("rx ring 0", P(RXQ(ring_len), 4, 0)),
		CONFIG("rx ring 1", P(RXQ(ring_len), 4, 1)),
		CONFIG("rx ring 65", P(RXQ(ring_len), 4, 65)),
		CONFIG("rx ring 8192", P(RXQ(ring_len), 4, 8192)),
		CONFIG("rx ring 65600", P(RXQ(ring_len), 4, 65536 + 64)),
		CONFIG("second rx ring 0", P(RXQ(ring_len) + PAIR2, 4, 0)),
		CONFIG("second tx ring 33", P(TXQ(ring_len) + PAIR2, 2, 33)),
		CONFIG("tx address 0", P(TXQ(ring_addr), 8, 0)),
		CONFIG("tx address unaligned", P(TXQ(ring_addr), 1, 0x40)),
		CONFIG("tx address too high", P(TXQ(ring_addr) + 7, 1, 0xFF)),
		CONFIG("rx address too high", P(RXQ(ring_addr) + 7, 1, 0xFF)),
		CONFIG("rx address 0", P(RXQ(ring_addr), 8, 0)),
		CONFIG("rx address unaligned", P(RXQ(ring_addr), 1, 0x01)),
		CONFIG("second rx address 0", P(RXQ(ring_addr) + PAIR2, 8, 0)),
		CONFIG("no rings", P(TXQ(ring_len), 2, 0), P(TXQ(ring_addr), 8, 0),
		       P(RXQ(ring_len), 4, 0), P(RXQ(ring_addr), 8, 0)),
		CONFIG("one pair twice", P(TXQ(queue_id) + PAIR2, 2, 0),
		       P(RXQ(queue_id) + PAIR2, 2, 0)),
		CONFIG("head write-back", P(TXQ(headwb_ena), 2, 1)),
		CONFIG("a flag", P(RXQ(flags), 1, 1)),
		CONFIG("FCS kept twice", P(RXQ(crc_disable), 1, 2)),
		CONFIG("buffer 0", P(RXQ(buf_size), 4, 0)),
		CONFIG("buffer 512", P(RXQ(buf_size), 4, 512)),
		CONFIG("buffer 1000", P(RXQ(buf_size), 4, 1000)),
		CONFIG("buffer 2050", P(RXQ(buf_size), 4, 2050)),
		CONFIG("buffer 16384", P(RXQ(buf_size), 4, 16384)),
		CONFIG("buffer 2^32-1", P(RXQ(buf_size), 4, UINT32_MAX)),
		CONFIG("buffer 2^31", P(RXQ(buf_size), 4, 1u << 31)),
		CONFIG("packet 0", P(RXQ(max_pkt_size), 4, 0)),
		CONFIG("packet 63", P(RXQ(max_pkt_size), 4, 63)),
		CONFIG("packet 16384", P(RXQ(max_pkt_size), 4, 16384)),
		CONFIG("packet 2^32-1", P(RXQ(max_pkt_size), 4, UINT32_MAX)),
		CONFIG("second packet 0", P(RXQ(max_pkt_size) + PAIR2, 4, 0)),
		CONFIG("header split", P(RXQ(split_ena), 2, 1)),
		CONFIG("rxdid 3", P(RXQ(rxdid), 1, 3)),
		CONFIG("rxdid 63", P(RXQ(rxdid), 1, 63)),
		CONFIG("rxdid 255", P(RXQ(rxdid), 1, 255)),
		CONFIG("rxdid 66", P(RXQ(rxdid), 1, 66)),
		CONFIG("second rxdid 3", P(RXQ(rxdid) + PAIR2, 1, 3)),
		/* Not while they run. */
		{ "only Rx while enabled", STARTED, ICE_MP_VC_CONFIG_VSI_QUEUES, 1,
		  { P(TXQ(ring_len), 2, 0), P(TXQ(ring_addr), 8, 0) }, 0, BAD, false },
		{ "only Tx while enabled", STARTED, ICE_MP_VC_CONFIG_VSI_QUEUES, 1,
		  { P(RXQ(ring_len), 4, 0), P(RXQ(ring_addr), 8, 0) }, 0, BAD, false },
		{ "configured while enabled", STARTED, ICE_MP_VC_CONFIG_VSI_QUEUES, 2,
		  { P(RXQ(max_pkt_size), 4, 1000) }, 0, BAD, false },
		{ "vectors while enabled", STARTED, ICE_MP_VC_CONFIG_IRQ_MAP, 2, { { 0 } }, 0,
		  ICE_MP_VC_OK, true },
	};

	return RUN(table);
}

/* ---- order ---- */

static int
wrong_order(void)
{
	static const struct row table[] = {
#define TOO_EARLY(state, op) \
		{ #state " " #op, state, op, 1, { { 0 } }, 0, BAD, false }
#define NOT_BEFORE_RESOURCES(state) \
		TOO_EARLY(state, ICE_MP_VC_CONFIG_VSI_QUEUES), \
		TOO_EARLY(state, ICE_MP_VC_CONFIG_IRQ_MAP), \
		TOO_EARLY(state, ICE_MP_VC_ENABLE_QUEUES), \
		TOO_EARLY(state, ICE_MP_VC_DISABLE_QUEUES), \
		TOO_EARLY(state, ICE_MP_VC_ADD_ETH_ADDR), \
		TOO_EARLY(state, ICE_MP_VC_DEL_ETH_ADDR), \
		TOO_EARLY(state, ICE_MP_VC_CONFIG_PROMISC), \
		TOO_EARLY(state, ICE_MP_VC_GET_STATS), \
		TOO_EARLY(state, ICE_MP_VC_CONFIG_RSS_LUT), \
		TOO_EARLY(state, ICE_MP_VC_CONFIG_RSS_KEY), \
		TOO_EARLY(state, ICE_MP_VC_SET_RSS_HENA), \
		TOO_EARLY(state, ICE_MP_VC_GET_RSS_HENA_CAPS), \
		TOO_EARLY(state, ICE_MP_VC_REQUEST_QUEUES), \
		TOO_EARLY(state, ICE_MP_VC_GET_RXDIDS), \
		TOO_EARLY(state, ICE_MP_VC_GET_VLAN_V2_CAPS), \
		TOO_EARLY(state, ICE_MP_VC_ADD_VLAN_V2), \
		TOO_EARLY(state, ICE_MP_VC_DEL_VLAN_V2), \
		TOO_EARLY(state, ICE_MP_VC_ENA_VLAN_STRIP_V2), \
		TOO_EARLY(state, ICE_MP_VC_DIS_VLAN_INSERT_V2)
		/* As Linux iavf after a reset. */
		{ "resources at once", NOTHING, ICE_MP_VC_GET_VF_RESOURCES, 0, { { 0 } }, 0,
		  ICE_MP_VC_OK, true },
		NOT_BEFORE_RESOURCES(NOTHING),
		NOT_BEFORE_RESOURCES(MET),
		/* Queues and vectors that nobody configured. */
		TOO_EARLY(ACTIVE, ICE_MP_VC_ENABLE_QUEUES),
	};

	return RUN(table);
}

/* What nobody serves is said so, in every state, and what only a PF says. */
static int
no_such_opcode(void)
{
	static const uint32_t ops[] = {
		0, ICE_MP_VC_CONFIG_TX_QUEUE, ICE_MP_VC_CONFIG_RX_QUEUE, 16, ICE_MP_VC_EVENT, 18,
		19, 20, 22, 30, 31, 34, 36, 38, 40, 43, 47, 49, 50, 58, 60, 66, 69, 100, 107, 111,
		115, ICE_MP_VC_OP_MAX, 0xFFFF, 0x10003, 0x80000003u, UINT32_MAX,
	};
	static const enum reached states[] = { NOTHING, MET, ACTIVE, STARTED };
	unsigned int i, k;
	struct vfc *c;

	T_TRY(vfh_up());
	c = vfc_of(VFH_BAD);
	for (k = 0; k < RTE_DIM(states); k++) {
		T_TRY(reach(c, states[k]));
		for (i = 0; i < RTE_DIM(ops); i++) {
			struct row r = { .op = ops[i], .more = i * 7,
					 .want = ICE_MP_VC_ERR_NOT_SUPPORTED };

			if (run_row(c, &r) != 0)
				T_FAIL("opcode %u", ops[i]);
		}
	}
	return vfh_all_well();
}

/* ---- addresses ---- */

static uint64_t
mac_bits(const uint8_t *mac)
{
	uint64_t val = 0;

	memcpy(&val, mac, 6);
	return val;
}

static int
foreign_macs(void)
{
	static const uint8_t zero[6], all[6] = { 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };
	static const uint8_t extra[6] = { 0x06, 0x0E, 0x0E, 0x0E, 0x0E, 0x01 };
	struct rte_ether_addr pf[2];
	uint16_t at;
	struct vfc *c;
	unsigned int i;

	T_TRY(vfh_up());
	c = vfc_of(VFH_BAD);
	T_TRY(reach(c, STARTED));
	T_EQ(rte_eth_macaddr_get(F.id[0], &pf[0]), 0);
	T_EQ(rte_eth_macaddr_get(F.id[1], &pf[1]), 0);
	const struct {
		const char *what;
		const uint8_t *mac;
	} table[] = {
		{ "its port's", pf[0].addr_bytes },
		{ "another port's", pf[1].addr_bytes },
		{ "its neighbour's", vfc_of(VFH_NEAR)->mac },
		{ "nobody's", zero },
	};

	for (i = 0; i < RTE_DIM(table); i++) {
		/* Alone, and at the end of a list of good ones: none of them is taken. */
		for (at = 0; at < 2; at++) {
			struct row r = {
				.op = ICE_MP_VC_ADD_ETH_ADDR, .n = 1 + 3 * at, .want = BAD,
				.patch = { P(ADDR + 3 * at * sizeof(struct ice_mp_vc_ether_addr),
					     6, mac_bits(table[i].mac)) },
			};

			if (run_row(c, &r) != 0)
				T_FAIL("%s address, %u before it", table[i].what, 3 * at);
			r.patch[1] = (struct patch)P(r.patch[0].off + 6, 1,
						     ICE_MP_VC_ADDR_PRIMARY);
			if (run_row(c, &r) != 0)
				T_FAIL("%s address as its primary one", table[i].what);
		}
	}
	/* Lists of which it has only the first: nothing goes. */
	T_TRY(run_row(c, &(struct row){
		.op = ICE_MP_VC_DEL_ETH_ADDR, .n = 2, .want = BAD,
		.patch = { P(ADDR, 6, mac_bits(c->mac)) } }));
	T_EQ(vfc_vlan_v2(c, ICE_MP_VC_ADD_VLAN_V2, 1000), ICE_MP_VC_OK);
	T_TRY(run_row(c, &(struct row){ .op = ICE_MP_VC_DEL_VLAN_V2, .n = 2, .want = BAD }));
	/* An address of a neighbour's that came later. */
	T_EQ(vfc_mac(vfc_of(VFH_NEAR), ICE_MP_VC_ADD_ETH_ADDR, extra, ICE_MP_VC_ADDR_EXTRA),
	     ICE_MP_VC_OK);
	T_TRY(run_row(c, &(struct row){
		.op = ICE_MP_VC_ADD_ETH_ADDR, .n = 1, .want = BAD,
		.patch = { P(ADDR, 6, mac_bits(extra)) } }));
	/* Everybody's it has anyway. */
	T_TRY(vfh_before(VFH_BAD));
	T_EQ(vfc_mac(c, ICE_MP_VC_ADD_ETH_ADDR, all, ICE_MP_VC_ADDR_EXTRA), ICE_MP_VC_OK);
	T_TRY(vfh_same(true));
	return vfh_all_well();
}

/* More than it may have, in one go and one after the other. */
static int
quotas(void)
{
	static const struct row table[] = {
		{ "17 addresses", STARTED, ICE_MP_VC_ADD_ETH_ADDR, 17, { { 0 } }, 0, BAD, false },
		{ "100 addresses", STARTED, ICE_MP_VC_ADD_ETH_ADDR, 100, { { 0 } }, 0, BAD, false },
		{ "500 addresses", STARTED, ICE_MP_VC_ADD_ETH_ADDR, 500, { { 0 } }, 0, BAD, false },
		{ "120 VLANs", STARTED, ICE_MP_VC_ADD_VLAN_V2, 120, { { 0 } }, 0, BAD, false },
		{ "9 VLANs", STARTED, ICE_MP_VC_ADD_VLAN_V2, 9, { { 0 } }, 0, BAD, false },
		{ "no address", STARTED, ICE_MP_VC_ADD_ETH_ADDR, 0, { { 0 } }, 0, BAD, false },
		{ "no VLAN", STARTED, ICE_MP_VC_ADD_VLAN_V2, 0, { { 0 } }, 0, BAD, false },
	};
	uint8_t mac[6] = { 0x06, 0xBA, 0xD0, 0x01, 0, 0 };
	unsigned int n;
	struct vfc *c;
	int rc;

	T_TRY(RUN(table));
	c = vfc_of(VFH_BAD);
	for (n = 0; n < 100; n++) {
		mac[5] = n;
		rc = vfc_mac(c, ICE_MP_VC_ADD_ETH_ADDR, mac, ICE_MP_VC_ADDR_EXTRA);
		if (rc != ICE_MP_VC_OK)
			break;
	}
	T_CHECK(n >= 8 && n <= 16, "%u extra addresses for an untrusted VF", n);
	T_CHECK(rc == BAD || rc == ICE_MP_VC_ERR_NO_MEMORY, "the quota is told with %d", rc);
	for (n = 0; n < 100; n++) {
		rc = vfc_vlan_v2(c, ICE_MP_VC_ADD_VLAN_V2, 100 + n);
		if (rc != ICE_MP_VC_OK)
			break;
	}
	T_CHECK(n >= 4 && n <= 16, "%u VLANs for an untrusted VF", n);
	/* The same one again costs nothing. */
	mac[5] = 0;
	T_EQ(vfc_mac(c, ICE_MP_VC_ADD_ETH_ADDR, mac, ICE_MP_VC_ADDR_EXTRA), ICE_MP_VC_OK);
	T_EQ(vfc_mac(c, ICE_MP_VC_DEL_ETH_ADDR, mac, ICE_MP_VC_ADDR_EXTRA), ICE_MP_VC_OK);
	mac[5] = 99;
	T_EQ(vfc_mac(c, ICE_MP_VC_ADD_ETH_ADDR, mac, ICE_MP_VC_ADDR_EXTRA), ICE_MP_VC_OK);
	return vfh_all_well();
}

static int
bad_filters(void)
{
	static const struct row table[] = {
		{ "VLAN 4096", STARTED, ICE_MP_VC_ADD_VLAN_V2, 1,
		  { P(VLAN2(outer.tci), 2, 4096), P(VLAN2(inner.tci), 2, 4096) }, 0, BAD, false },
		{ "VLAN 65535", STARTED, ICE_MP_VC_ADD_VLAN_V2, 3,
		  { P(VLAN2(outer.tci) + 64, 2, 0xFFFF), P(VLAN2(inner.tci) + 64, 2, 0xFFFF) }, 0,
		  BAD, false },
		{ "inner VLAN 4096", STARTED, ICE_MP_VC_ADD_VLAN_V2, 1,
		  { P(VLAN2(inner.tci), 2, 4096) }, 0, BAD, false },
		{ "inner protocol", STARTED, ICE_MP_VC_ADD_VLAN_V2, 1,
		  { P(VLAN2(inner.tpid), 2, 0x88A8) }, 0, BAD, false },
		{ "inner mask", STARTED, ICE_MP_VC_ADD_VLAN_V2, 1,
		  { P(VLAN2(inner.tci_mask), 2, 0xFFF) }, 0, BAD, false },
		{ "both tags", STARTED, ICE_MP_VC_ADD_VLAN_V2, 1,
		  { P(VLAN2(outer.tpid), 2, 0x8100), P(VLAN2(inner.tpid), 2, 0x8100) }, 0, BAD,
		  false },
		{ "no tag protocol", STARTED, ICE_MP_VC_ADD_VLAN_V2, 1,
		  { P(VLAN2(outer.tpid), 2, 0), P(VLAN2(inner.tpid), 2, 0) }, 0, BAD, false },
		{ "another protocol", STARTED, ICE_MP_VC_ADD_VLAN_V2, 1,
		  { P(VLAN2(outer.tpid), 2, 0x9999), P(VLAN2(inner.tpid), 2, 0x9999) }, 0, BAD,
		  false },
		{ "a tag mask", STARTED, ICE_MP_VC_ADD_VLAN_V2, 1,
		  { P(VLAN2(inner.tci_mask), 2, 0xFFF) }, 0, BAD, false },
		{ "VLAN it has not", STARTED, ICE_MP_VC_DEL_VLAN_V2, 1,
		  { P(VLAN2(outer.tci), 2, 5000), P(VLAN2(inner.tci), 2, 5000) }, 0, BAD, false },
		{ "strip what", STARTED, ICE_MP_VC_ENA_VLAN_STRIP_V2, 0,
		  { P(AT(vlan_setting, outer_ethertype), 4, 0),
		    P(AT(vlan_setting, inner_ethertype), 4, 0) }, 0, BAD, false },
		{ "strip everything", STARTED, ICE_MP_VC_ENA_VLAN_STRIP_V2, 0,
		  { P(AT(vlan_setting, outer_ethertype), 4, UINT32_MAX),
		    P(AT(vlan_setting, inner_ethertype), 4, UINT32_MAX) }, 0, BAD, false },
		{ "strip two", STARTED, ICE_MP_VC_ENA_VLAN_STRIP_V2, 0,
		  { P(AT(vlan_setting, outer_ethertype), 4, ICE_MP_VC_VLAN_8100),
		    P(AT(vlan_setting, inner_ethertype), 4, ICE_MP_VC_VLAN_8100) }, 0, BAD, false },
		{ "promiscuous flags", STARTED, ICE_MP_VC_CONFIG_PROMISC, 0,
		  { P(AT(promisc, flags), 2, 0x8000) }, 0, BAD, false },
		{ "address it has not", STARTED, ICE_MP_VC_DEL_ETH_ADDR, 1,
		  { P(ADDR, 6, 0x020000000006ull) }, 0, BAD, false },
	};

	return RUN(table);
}

/* What the device refuses in the middle of a list leaves nothing of the list. */
static int
half_done(void)
{
	static const struct {
		uint32_t op;
		const char *fault;
	} rows[] = {
		{ ICE_MP_VC_ADD_ETH_ADDR, "aq-fail 0x02A0 nth=3 rc=16" },
		{ ICE_MP_VC_ADD_VLAN_V2, "aq-fail 0x02A0 nth=4 rc=16" },
		{ ICE_MP_VC_DEL_ETH_ADDR, "aq-fail 0x02A2 nth=3 rc=5" },
		{ ICE_MP_VC_DEL_VLAN_V2, "aq-fail 0x02A2 nth=3 rc=5" },
	};
	uint8_t buf[VFC_MAX_MSG];
	struct vfm_says says;
	unsigned int i;
	struct vfc *c;
	int len;

	T_TRY(vfh_up());
	c = vfc_of(VFH_BAD);
	T_TRY(reach(c, STARTED));
	for (i = 0; i < RTE_DIM(rows); i++) {
		bool add = i < 2;

		vfc_says(c, &says);
		len = vfm_right(&says, rows[i].op, 4, buf);
		T_TRY(t_fault("%s", rows[i].fault));
		T_EQ(vfc_ask(c, rows[i].op, buf, len), ICE_MP_VC_ERR_AQ);
		/* Had one of them stayed, or gone, it would not be there to be
		 * deleted, or to be added. */
		if (add) {
			uint32_t del = i == 0 ? ICE_MP_VC_DEL_ETH_ADDR : ICE_MP_VC_DEL_VLAN_V2;

			len = vfm_right(&says, del, 1, buf);
			T_EQ(vfc_ask(c, del, buf, len), ICE_MP_VC_ERR_PARAM);
			len = vfm_right(&says, rows[i].op, 4, buf);
			T_EQ(vfc_ask(c, rows[i].op, buf, len), ICE_MP_VC_OK);
		} else {
			T_EQ(vfc_ask(c, rows[i].op, buf, len), ICE_MP_VC_OK);
		}
	}
	return vfh_all_well();
}

static int
bad_rss(void)
{
	static const struct row table[] = {
		{ "key of 51", STARTED, ICE_MP_VC_CONFIG_RSS_KEY, 51, { { 0 } }, -1, BAD, false },
		{ "key of 53", STARTED, ICE_MP_VC_CONFIG_RSS_KEY, 53, { { 0 } }, 1, BAD, false },
		{ "key of 1000", STARTED, ICE_MP_VC_CONFIG_RSS_KEY, 1000, { { 0 } }, 948, BAD,
		  false },
		{ "table of 63", STARTED, ICE_MP_VC_CONFIG_RSS_LUT, 63, { { 0 } }, -1, BAD, false },
		{ "table of 128", STARTED, ICE_MP_VC_CONFIG_RSS_LUT, 128, { { 0 } }, 64, BAD,
		  false },
		{ "table of 2048", STARTED, ICE_MP_VC_CONFIG_RSS_LUT, 2048, { { 0 } }, 1984, BAD,
		  false },
		{ "queue 2 first", STARTED, ICE_MP_VC_CONFIG_RSS_LUT, 0, { P(4, 1, 2) }, 0, BAD,
		  false },
		{ "queue 255 last", STARTED, ICE_MP_VC_CONFIG_RSS_LUT, 0, { P(4 + 63, 1, 255) }, 0,
		  BAD, false },
		{ "types that are none", STARTED, ICE_MP_VC_SET_RSS_HENA, 0,
		  { P(0, 8, UINT64_MAX) }, 0, BAD, false },
		{ "type 63", STARTED, ICE_MP_VC_SET_RSS_HENA, 0, { P(0, 8, 1ull << 20) }, 0, BAD,
		  false },
		{ "no queue", STARTED, ICE_MP_VC_REQUEST_QUEUES, 0, { P(0, 2, 0) }, 0, BAD, false },
	};

	return RUN(table);
}

/* Untrusted: success is told, for the stock client's sake, and nothing comes. */
static int
promiscuous(void)
{
	uint8_t buf[100];
	struct vfc_frame f;
	struct vfc *c;

	T_TRY(vfh_up());
	c = vfc_of(VFH_BAD);
	T_TRY(reach(c, STARTED));
	T_TRY(vfh_before(VFH_BAD));
	T_EQ(vfc_promisc(c, ICE_MP_VC_PROMISC_UC | ICE_MP_VC_PROMISC_MC), ICE_MP_VC_OK);
	T_TRY(vfh_same(false));
	t_frame(buf, sizeof(buf), 1, 0, 1);
	memset(buf, 0x06, 6);
	T_TRY(t_send_bytes(1, buf, sizeof(buf)));
	memcpy(buf, vfc_of(VFH_NEAR)->mac, 6);
	T_TRY(t_send_bytes(1, buf, sizeof(buf)));
	T_CHECK(vfc_rx(vfc_of(VFH_NEAR), 0, &f, T_WAIT_MS), "the neighbour receives nothing");
	T_CHECK(!vfc_rx(c, 0, &f, 0), "an untrusted VF receives what is not for it");
	return vfh_all_well();
}

static const struct t_case cases[] = {
	{ "comparison", comparison, 2, T_SIM | T_WIRED, VFH_ARGS },
	{ "lengths", lengths, 2, T_SIM | T_WIRED, VFH_ARGS },
	{ "foreign_vsi", foreign_vsi, 2, T_SIM | T_WIRED, VFH_ARGS },
	{ "foreign_queues", foreign_queues, 2, T_SIM | T_WIRED, VFH_ARGS },
	{ "bad_rings", bad_rings, 2, T_SIM | T_WIRED, VFH_ARGS },
	{ "wrong_order", wrong_order, 2, T_SIM | T_WIRED, VFH_ARGS },
	{ "no_such_opcode", no_such_opcode, 2, T_SIM | T_WIRED, VFH_ARGS },
	{ "foreign_macs", foreign_macs, 2, T_SIM | T_WIRED, VFH_ARGS },
	{ "quotas", quotas, 2, T_SIM | T_WIRED, VFH_ARGS },
	{ "bad_filters", bad_filters, 2, T_SIM | T_WIRED, VFH_ARGS },
	{ "half_done", half_done, 2, T_SIM | T_WIRED, VFH_ARGS },
	{ "bad_rss", bad_rss, 2, T_SIM | T_WIRED, VFH_ARGS },
	{ "promiscuous", promiscuous, 2, T_SIM | T_WIRED, VFH_ARGS },
};

T_SUITE(vf_hostile, cases);
