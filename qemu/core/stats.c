/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Counters and the registers that show them. Bytes include the FCS, as the
 * hardware counts them.
 */

#include <string.h>

#include "ice_core_priv.h"

#define FCS_LEN		4
#define MIN_FRAME	60

/* Size classes: 64, 65-127, 128-255, 256-511, 512-1023, 1024-1522, more. */
static unsigned int
size_class(size_t wire_len)
{
	static const uint16_t top[] = { 64, 127, 255, 511, 1023, 1522 };
	unsigned int i;

	for (i = 0; i < 6 && wire_len > top[i]; i++)
		;
	return i;
}

static void
count(uint64_t *bytes, uint64_t *uc, uint64_t *mc, uint64_t *bc, uint64_t *size,
      const uint8_t *da, size_t len)
{
	len = (len < MIN_FRAME ? MIN_FRAME : len) + FCS_LEN;
	*bytes += len;
	size[size_class(len)]++;
	if (!(da[0] & 1))
		(*uc)++;
	else if (memcmp(da, "\xff\xff\xff\xff\xff\xff", 6) == 0)
		(*bc)++;
	else
		(*mc)++;
}

void
icc_stats_rx(struct ice_core *core, uint8_t lport, const uint8_t *da, size_t len)
{
	struct icc_port_stats *s = &core->port[lport].stats;

	count(&s->rx_bytes, &s->rx_uc, &s->rx_mc, &s->rx_bc, s->rx_size, da, len);
}

void
icc_stats_tx(struct ice_core *core, uint8_t lport, const uint8_t *da, size_t len)
{
	struct icc_port_stats *s = &core->port[lport].stats;

	count(&s->tx_bytes, &s->tx_uc, &s->tx_mc, &s->tx_bc, s->tx_size, da, len);
}

struct reg {
	uint32_t base;
	uint16_t offset;	/* in the statistics structure */
	bool wide;		/* 40 bits */
};

#define P(reg, field, wide) { reg, offsetof(struct icc_port_stats, field), wide }
static const struct reg port_regs[] = {
	P(GLPRT_GORCL, rx_bytes, true), P(GLPRT_UPRCL, rx_uc, true),
	P(GLPRT_MPRCL, rx_mc, true), P(GLPRT_BPRCL, rx_bc, true),
	P(GLPRT_GOTCL, tx_bytes, true), P(GLPRT_UPTCL, tx_uc, true),
	P(GLPRT_MPTCL, tx_mc, true), P(GLPRT_BPTCL, tx_bc, true),
	P(GLPRT_PRC64L, rx_size[0], true), P(GLPRT_PRC127L, rx_size[1], true),
	P(GLPRT_PRC255L, rx_size[2], true), P(GLPRT_PRC511L, rx_size[3], true),
	P(GLPRT_PRC1023L, rx_size[4], true), P(GLPRT_PRC1522L, rx_size[5], true),
	P(GLPRT_PRC9522L, rx_size[6], true),
	P(GLPRT_PTC64L, tx_size[0], true), P(GLPRT_PTC127L, tx_size[1], true),
	P(GLPRT_PTC255L, tx_size[2], true), P(GLPRT_PTC511L, tx_size[3], true),
	P(GLPRT_PTC1023L, tx_size[4], true), P(GLPRT_PTC1522L, tx_size[5], true),
	P(GLPRT_PTC9522L, tx_size[6], true),
	P(GLPRT_CRCERRS, rx_crc_err, false), P(GLPRT_RLEC, rx_len_err, false),
	P(GLPRT_ILLERRC, rx_illegal, false), P(GLPRT_RUC, rx_undersize, false),
	P(GLPRT_ROC, rx_oversize, false), P(GLPRT_TDOLD, tx_dropped_link_down, false),
	P(GLPRT_LXONRXC, rx_xon, false), P(GLPRT_LXOFFRXC, rx_xoff, false),
	P(GLPRT_LXONTXC, tx_xon, false), P(GLPRT_LXOFFTXC, tx_xoff, false),
};
/* Modelled as always zero: nothing here corrupts or fragments. */
static const uint32_t port_zero[] = {
	GLPRT_RFC, GLPRT_RJC, GLPRT_MLFC, GLPRT_MRFC,
};
#define PFC_FIRST	0x380300u
#define PFC_RX_LAST	0x3808FFu
#define PFC_TX_FIRST	0x380D40u
#define PFC_TX_LAST	0x38113Fu

#define V(reg, field) { reg, offsetof(struct icc_vsi_stats, field), true }
static const struct reg vsi_regs[] = {
	V(GLV_GORCL, rx_bytes), V(GLV_UPRCL, rx_uc), V(GLV_MPRCL, rx_mc), V(GLV_BPRCL, rx_bc),
	V(GLV_GOTCL, tx_bytes), V(GLV_UPTCL, tx_uc), V(GLV_MPTCL, tx_mc), V(GLV_BPTCL, tx_bc),
};

static uint32_t
half(uint64_t val, bool high, bool wide)
{
	if (high)
		return wide ? (val & ICE_MP_STAT40_M) >> 32 : 0;
	return (uint32_t)val;
}

static bool
in(uint32_t off, uint32_t base, unsigned int count, unsigned int stride)
{
	return off >= base && off < base + count * stride;
}

static bool
port_read(const struct ice_core *core, uint32_t off, uint32_t *val)
{
	unsigned int i, lport;

	for (i = 0; i < sizeof(port_regs) / sizeof(port_regs[0]); i++) {
		const struct reg *r = &port_regs[i];
		const uint8_t *s;

		if (!in(off, r->base, ICE_CORE_MAX_PORTS, GLPRT_STRIDE))
			continue;
		lport = (off - r->base) / GLPRT_STRIDE;
		s = (const uint8_t *)&core->port[lport].stats;
		*val = half(*(const uint64_t *)(s + r->offset), off & 4, r->wide);
		return true;
	}
	*val = 0;
	for (i = 0; i < sizeof(port_zero) / sizeof(port_zero[0]); i++)
		if (in(off, port_zero[i], ICE_CORE_MAX_PORTS, GLPRT_STRIDE))
			return true;
	return (off >= PFC_FIRST && off <= PFC_RX_LAST) ||
	       (off >= PFC_TX_FIRST && off <= PFC_TX_LAST);
}

bool
icc_stats_read(const struct ice_core *core, uint32_t off, uint32_t *val)
{
	unsigned int i, vsi;

	if (off == PRTRPB_RDPC) {
		/* Frames the port lost before a VSI was found: its buffer does
		 * not overflow, the wire waits. Drops of a VSI are not in it. */
		*val = 0;
		return true;
	}
	if (off >= 0x380000 && off < 0x382000)
		return port_read(core, off, val);
	for (i = 0; i < sizeof(vsi_regs) / sizeof(vsi_regs[0]); i++) {
		const struct reg *r = &vsi_regs[i];
		const uint8_t *s;

		if (!in(off, r->base, ICE_MP_HW_MAX_VSI, GLV_STRIDE))
			continue;
		vsi = (off - r->base) / GLV_STRIDE;
		s = (const uint8_t *)&core->vsi[vsi].stats;
		*val = half(*(const uint64_t *)(s + r->offset), off & 4, true);
		return true;
	}
	if (in(off, GLV_RDPC(0), ICE_MP_HW_MAX_VSI, 4)) {
		*val = core->vsi[(off - GLV_RDPC(0)) / 4].stats.rx_drop;
		return true;
	}
	if (in(off, GLV_REPC(0), ICE_MP_HW_MAX_VSI, 4)) {
		*val = core->vsi[(off - GLV_REPC(0)) / 4].stats.rx_err << 16;
		return true;
	}
	if (in(off, GLV_TEPC(0), ICE_MP_HW_MAX_VSI, 4)) {
		*val = core->vsi[(off - GLV_TEPC(0)) / 4].stats.tx_err;
		return true;
	}
	*val = 0;
	return in(off, GLSWID_RUPP(0), 256, 4) || in(off, GLSTAT_FD_CNT0L(0), 256, 8) ||
	       in(off, VSIQF_FD_CNT(0), ICE_MP_HW_MAX_VSI, 4);
}
