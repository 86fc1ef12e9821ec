/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * BAR0: which register is at an offset, and what an access does.
 */

#include <stdlib.h>
#include <string.h>

#include "ice_core_priv.h"

/* GL_PWR_MODE_CTL.CAR_MAX_BW: 100G, the units of GLINT_ITR and GLINT_RATE. */
#define PWR_MODE_100G		(1u << GL_PWR_MODE_CTL_CAR_MAX_BW_S)
#define SR_SIZE_64K		6u
#define DCBX_DISABLED		7u
/* Rx descriptor formats the device writes. */
#define RXDID_NIC		2
#define RXDID_OVS		22

enum kind {
	RW,	/* a plain register */
	RO,	/* constant; a write is a breach */
	W1C,	/* cause or capture register of which nothing is ever set */
};

/* Registers without behaviour, `count` dwords from `base`. */
static const struct plain {
	uint32_t base, count;
	enum kind kind;
	uint32_t val;
} plain[] = {
	{ GLGEN_RSTCTL, 1, RW, 0 },
	{ PFGEN_STATE, 1, RO, 0 },
	{ GLGEN_STAT, 1, RO, 0 },	/* read to flush posted writes */
	{ PRTGEN_STATUS, 1, RO, 0 },
	{ PFGEN_PORTNUM, 1, RO, 0 },
	{ GL_PWR_MODE_CTL, 1, RO, PWR_MODE_100G },
	{ GLGEN_CLKSTAT_SRC, 1, RO, 0 },
	{ GLNVM_GENS, 1, RO, GLNVM_GENS_NVM_PRES_M | SR_SIZE_64K << GLNVM_GENS_SR_SIZE_S },
	{ GLNVM_FLA, 1, RO, GLNVM_FLA_LOCKED_M },
	{ GL_MNG_FWSM, 1, RO, 0 },
	{ GLPCI_CNF2, 1, RO, 0 },
	{ PFPM_WUS, 1, W1C, 0 },
	{ PFPM_APM, 1, RW, 0 },
	{ PFPM_WUFC, 1, RW, 0 },
	{ PFQF_FD_ENA, 1, RW, 0 },
	{ GLQF_FD_SIZE, 1, RO, ICC_FD_FILTERS << GLQF_FD_SIZE_GSIZE_S |
			       ICC_FD_FILTERS << GLQF_FD_SIZE_BSIZE_S },
	{ GLQF_FD_CNT, 1, RO, 0 },	/* no filter is ever in */
	{ PRTMAC_HSEC_CTL_TX_PAUSE_QUANTA(0), 8 * 9, RW, 0 },
	{ PRTMAC_HSEC_CTL_TX_PAUSE_REFRESH(0), 8 * 9, RW, 0 },
	{ PRTDCB_GENS, 1, RO, DCBX_DISABLED },
	{ GL_MDCK_TX_TDPU, 1, RW, 0 },
	{ GL_PREEXT_L2_PMASK0(0), 3, RW, 0 },
	{ GL_PREEXT_L2_PMASK1(0), 3, RW, 0 },
	{ GLQF_HSYMM(0, 0), 6 * 128, RW, 0 },
	{ GLQF_HMASK(0), 32, RW, 0 },
	{ GLQF_FDMASK(0), 32, RW, 0 },
	{ GLQF_HMASK_SEL(0), 128, RW, 0 },
	{ GLQF_FDMASK_SEL(0), 128, RW, 0 },
	{ 0x00412000, 0x2000 / 4, RW, 0 },	/* GLQF_FDINSET, GLQF_FDSWAP */
	{ GL_MDET_TX_PQM, 1, W1C, 0 },
	{ GL_MDET_TX_TCLAN, 1, W1C, 0 },
	{ GL_MDET_TX_TDPU, 1, W1C, 0 },
	{ GL_MDET_RX, 1, W1C, 0 },
	{ PF_PCI_CIAA, 1, RW, 0 },
	{ PF_PCI_CIAD, 1, RO, 0 },
	/* The clock runs whatever is said of its speed. */
	{ GLTSYN_ENA(0), 2, RW, 0 },
	{ GLTSYN_TIME_0(0), 2, RO, 0 },
	{ GLTSYN_INCVAL_L(0), 4, RW, 0 },
	{ GLINT_CEQCTL(0), ICE_MP_HW_MAX_VECTORS, RW, 0 },
	{ GLINT_VECT2FUNC(0), ICE_MP_HW_MAX_VECTORS, RW, 0 },
	{ QRX_ITR(0), ICE_MP_HW_MAX_RXQ, RW, 0 },
	{ GLCOMM_QTX_CNTX_DATA(0), 10, RW, 0 },
	{ GLCOMM_QTX_CNTX_CTL, 1, RW, 0 },
	{ GLCOMM_QTX_CNTX_STAT, 1, RO, 0 },
	{ VSIQF_HKEY(0, 0), 13 * 1024, RW, 0 },
	{ VSIQF_HLUT(0, 0), 16 * 1024, RW, 0 },
	{ GLFLXP_RXDID_FLX_WRD(0, 0), 8 * 64, RO, 0 },
	/* Of VFs that the device does not have; vf.c knows the others. */
	{ VPGEN_VFRTRIG(0), ICE_MP_HW_MAX_VFS, RW, 0 },
	{ VPGEN_VFRSTAT(0), ICE_MP_HW_MAX_VFS, RW, 0 },
	{ VFGEN_RSTAT(0), ICE_MP_HW_MAX_VFS, RW, 0 },
	{ GLGEN_VFLRSTAT(0), 8, W1C, 0 },
	{ VPLAN_TX_QBASE(0), ICE_MP_HW_MAX_VFS, RW, 0 },
	{ VPLAN_TXQ_MAPENA(0), ICE_MP_HW_MAX_VFS, RW, 0 },
	{ VPLAN_RX_QBASE(0), ICE_MP_HW_MAX_VFS, RW, 0 },
	{ VPLAN_RXQ_MAPENA(0), ICE_MP_HW_MAX_VFS, RW, 0 },
	{ VPINT_ALLOC(0), ICE_MP_HW_MAX_VFS, RW, 0 },
	{ VPINT_ALLOC_PCI(0), ICE_MP_HW_MAX_VFS, RW, 0 },
	{ VPINT_MBX_CTL(0), ICE_MP_HW_MAX_VFS, RW, 0 },
	{ VF_MBX_ATQBAL(0), 10 * ICE_MP_HW_MAX_VFS, RW, 0 },
	/* Sideband queue: unused on E810, but its set-up is read back. */
	{ PF_SB_ATQBAL, (PF_SB_ARQT - PF_SB_ATQBAL) / 4 + 1, RW, 0 },
};
#define NB_PLAIN	(sizeof(plain) / sizeof(plain[0]))

/* Values of the plain registers, one range after the other. */
static uint32_t *
plain_at(struct ice_core *core, uint32_t off, const struct plain **which)
{
	uint32_t *store = core->reg_store;
	unsigned int i;

	for (i = 0; i < NB_PLAIN; i++) {
		if (off >= plain[i].base && off - plain[i].base < 4 * plain[i].count) {
			*which = &plain[i];
			return store + (off - plain[i].base) / 4;
		}
		store += plain[i].kind == RW ? plain[i].count : 0;
	}
	return NULL;
}

static size_t
store_dwords(void)
{
	size_t n = 0;
	unsigned int i;

	for (i = 0; i < NB_PLAIN; i++)
		n += plain[i].kind == RW ? plain[i].count : 0;
	return n;
}

int
icc_regs_init(struct ice_core *core)
{
	core->reg_store = calloc(store_dwords(), sizeof(uint32_t));
	return core->reg_store == NULL ? -1 : 0;
}

void
icc_regs_reset(struct ice_core *core)
{
	/* Every plain register that can be written resets to 0. */
	memset(core->reg_store, 0, store_dwords() * sizeof(uint32_t));
}

/* Is off in a register array at base? Index in *i. */
static bool
in(uint32_t off, uint32_t base, uint32_t count, unsigned int *i)
{
	if (off < base || off - base >= 4 * count)
		return false;
	*i = (off - base) / 4;
	return true;
}

/* Arrays with behaviour. */
enum array {
	A_NONE, A_DYN_CTL, A_ITR, A_RATE, A_TQCTL, A_RQCTL, A_RX_CTX, A_RX_CTRL, A_RX_TAIL,
	A_RX_FLXP, A_TX_DBELL, A_TX_HEAD, A_HASH_CTL, A_RXDID,
};

/* Which array, and the queue, vector or VSI; *j: the first index of two. */
static enum array
array_of(uint32_t off, unsigned int *i, unsigned int *j)
{
	unsigned int k;

	*j = 0;
	/* What the data path writes comes first. */
	if (in(off, QTX_COMM_DBELL(0), ICE_MP_HW_MAX_TXQ, i))
		return A_TX_DBELL;
	if (in(off, QRX_TAIL(0), ICE_MP_HW_MAX_RXQ, i))
		return A_RX_TAIL;
	if (in(off, GLINT_DYN_CTL(0), ICE_MP_HW_MAX_VECTORS, i))
		return A_DYN_CTL;
	if (in(off, GLINT_ITR(0, 0), 3 * ICE_MP_HW_MAX_VECTORS, &k)) {
		*i = k % ICE_MP_HW_MAX_VECTORS;
		*j = k / ICE_MP_HW_MAX_VECTORS;
		return A_ITR;
	}
	if (in(off, GLINT_RATE(0), ICE_MP_HW_MAX_VECTORS, i))
		return A_RATE;
	if (in(off, QINT_TQCTL(0), ICE_MP_HW_MAX_TXQ, i))
		return A_TQCTL;
	if (in(off, QINT_RQCTL(0), ICE_MP_HW_MAX_RXQ, i))
		return A_RQCTL;
	if (in(off, QRX_CONTEXT(0, 0), QRX_CONTEXT_DWORDS * ICE_MP_HW_MAX_RXQ, &k)) {
		*i = k % ICE_MP_HW_MAX_RXQ;
		*j = k / ICE_MP_HW_MAX_RXQ;
		return A_RX_CTX;
	}
	if (in(off, QRX_CTRL(0), ICE_MP_HW_MAX_RXQ, i))
		return A_RX_CTRL;
	if (in(off, QRXFLXP_CNTXT(0), ICE_MP_HW_MAX_RXQ, i))
		return A_RX_FLXP;
	if (in(off, QTX_COMM_HEAD(0), ICE_MP_HW_MAX_TXQ, i))
		return A_TX_HEAD;
	if (in(off, VSIQF_HASH_CTL(0), ICE_MP_HW_MAX_VSI, i))
		return A_HASH_CTL;
	if (in(off, GLFLXP_RXDID_FLAGS(0, 0), 64 * 5, &k)) {
		*i = k % 64;
		*j = k / 64;
		return A_RXDID;
	}
	return A_NONE;
}

/* Does the driver own element i of this array? */
static bool
array_ok(struct ice_core *core, enum array a, unsigned int i, uint32_t off)
{
	switch (a) {
	case A_DYN_CTL:
	case A_ITR:
	case A_RATE:
		if (i < core->pf.nb_vectors)
			return true;
		icc_breach(core, ICC_BR_INT_VECTOR, "register 0x%x: vector %u of %u", off, i,
			   core->pf.nb_vectors);
		return false;
	case A_HASH_CTL:
	case A_RXDID:
		return true;
	default:
		if (i < core->pf.nb_queues)
			return true;
		icc_breach(core, ICC_BR_REG_UNKNOWN, "register 0x%x: queue %u of %u", off, i,
			   core->pf.nb_queues);
		return false;
	}
}

static uint32_t
array_read(struct ice_core *core, enum array a, unsigned int i, unsigned int j)
{
	switch (a) {
	case A_DYN_CTL:
		return icc_intr_dyn_read(core, core->pf.first_vector + i);
	case A_ITR:
		return core->vec[core->pf.first_vector + i].itr[j];
	case A_RATE:
		return core->vec[core->pf.first_vector + i].rate;
	case A_TQCTL:
		return core->txq[i].intctl;
	case A_RQCTL:
		return core->rxq[i].intctl;
	case A_RX_CTX:
		return core->rxq[i].ctx[j];
	case A_RX_CTRL:
		return core->rxq[i].ena ? QRX_CTRL_QENA_REQ_M | QRX_CTRL_QENA_STAT_M : 0;
	case A_RX_TAIL:
		return core->rxq[i].tail;
	case A_RX_FLXP:
		return core->rxq[i].rxdid_ctl;
	case A_TX_DBELL:
		return core->txq[i].tail;
	case A_TX_HEAD:
		return core->txq[i].head & QTX_COMM_HEAD_HEAD_M;
	case A_HASH_CTL:
		return core->vsi[i].hash_ctl;
	case A_RXDID:
		/* Bits 5:0 of word 0: the format exists. */
		return j == 0 && (i == RXDID_NIC || i == RXDID_OVS) ? 1 : 0;
	default:
		return 0;
	}
}

static void
array_write(struct ice_core *core, enum array a, unsigned int i, unsigned int j, uint32_t val,
	    uint32_t off)
{
	switch (a) {
	case A_DYN_CTL:
		icc_intr_dyn_write(core, ICE_CORE_FN_PF, core->pf.first_vector + i, val);
		break;
	case A_ITR:
		core->vec[core->pf.first_vector + i].itr[j] = val & GLINT_ITR_INTERVAL_M;
		break;
	case A_RATE:
		core->vec[core->pf.first_vector + i].rate = val;
		break;
	case A_TQCTL:
		core->txq[i].intctl = val & ~INT_CTL_INTEVENT_M;
		break;
	case A_RQCTL:
		core->rxq[i].intctl = val & ~INT_CTL_INTEVENT_M;
		break;
	case A_RX_CTX:
		if (core->rxq[i].ena)
			icc_breach(core, ICC_BR_RX_CTX_LIVE, "queue %u, dword %u", i, j);
		else {
			core->rxq[i].ctx[j] = val;
			core->rxq[i].prepared = true;
		}
		break;
	case A_RX_CTRL:
		if ((val & QRX_CTRL_QENA_REQ_M) && !core->rxq[i].ena)
			icc_rxq_enable(core, i);
		else if (!(val & QRX_CTRL_QENA_REQ_M) && core->rxq[i].ena)
			icc_rxq_disable(core, i);
		break;
	case A_RX_TAIL:
		icc_rxq_tail(core, ICE_CORE_FN_PF, i, val);
		break;
	case A_RX_FLXP:
		core->rxq[i].rxdid_ctl = val;
		break;
	case A_TX_DBELL:
		icc_txq_doorbell(core, ICE_CORE_FN_PF, i, val);
		break;
	case A_HASH_CTL:
		core->vsi[i].hash_ctl = val;
		break;
	default:
		icc_breach(core, ICC_BR_REG_RO, "0x%x", off);
		break;
	}
}

/* Control queue register; 0..4 as icc_ctlq_reg_read() counts. */
static struct icc_ctlq *
ctlq_of(struct ice_core *core, uint32_t off, bool *arq, unsigned int *which)
{
	unsigned int n;

	if (off % 0x80 == 0 && off >= PF_FW_ATQBAL && off <= PF_FW_ARQT) {
		n = (off - PF_FW_ATQBAL) / 0x80;
		*arq = n % 2;
		*which = n / 2;
		return &core->pf.adminq;
	}
	if ((off - PF_MBX_ATQBAL) % 0x80 == 0 && off >= PF_MBX_ATQBAL && off <= PF_MBX_ARQT) {
		n = (off - PF_MBX_ATQBAL) / 0x80;
		*arq = n >= 5;
		*which = n % 5;
		return &core->pf.mbx;
	}
	return NULL;
}

static uint32_t
read_dword(struct ice_core *core, uint32_t off)
{
	const struct plain *p;
	struct icc_ctlq *q;
	unsigned int i, j;
	enum array a;
	uint32_t val, *reg;
	bool arq;

	a = array_of(off, &i, &j);
	if (a != A_NONE)
		return array_ok(core, a, i, off) ? array_read(core, a, i, j) : 0;
	q = ctlq_of(core, off, &arq, &i);
	if (q != NULL)
		return icc_ctlq_reg_read(q, arq, i);
	switch (off) {
	case GLGEN_RSTAT:
		return core->rstat;
	case GLNVM_ULD:
		return core->uld;
	case GLGEN_RTRIG:
	case PFGEN_CTRL:
		return 0;	/* both clear themselves */
	case PF_FUNC_RID:
		return core->cfg.pci_rid;
	case PFLAN_RX_QALLOC:
	case PFLAN_TX_QALLOC:
		return core->pf.first_queue | PFLAN_QALLOC_VALID_M |
		       (core->pf.first_queue + core->pf.nb_queues - 1u) << PFLAN_QALLOC_LASTQ_S;
	case PFINT_ALLOC:
		return core->pf.first_vector | PFINT_ALLOC_VALID_M |
		       (core->pf.first_vector + core->pf.nb_vectors - 1u) << PFINT_ALLOC_LAST_S;
	case PFQF_FD_SIZE:
		return icc_aq_fd_size(core);
	case GLTSYN_TIME_L(0):
	case GLTSYN_TIME_L(1):
		return (uint32_t)icc_now(core);
	case GLTSYN_TIME_H(0):
	case GLTSYN_TIME_H(1):
		return icc_now(core) >> 32;
	case GLINT_CTL:
		return core->glint_ctl;
	case PFINT_OICR:
		return icc_intr_oicr_read(core, ICE_CORE_FN_PF);
	case PFINT_OICR_ENA:
		return core->pf.oicr_ena;
	case PFINT_OICR_CTL:
		return core->pf.oicr_ctl;
	case PFINT_FW_CTL:
		return core->pf.fw_ctl;
	case PFINT_MBX_CTL:
		return core->pf.mbx_ctl;
	case PFINT_SB_CTL:
		return core->pf.sb_ctl;
	}
	if (icc_vf_pf_read(core, off, &val) || icc_stats_read(core, off, &val))
		return val;
	reg = plain_at(core, off, &p);
	if (reg != NULL)
		return p->kind == RW ? *reg : p->val;
	icc_breach(core, ICC_BR_REG_UNKNOWN, "read of 0x%x", off);
	return 0;
}

static void
write_dword(struct ice_core *core, uint32_t off, uint32_t val)
{
	const struct plain *p;
	struct icc_ctlq *q;
	unsigned int i, j;
	enum array a;
	uint32_t ro, *reg;
	bool arq;

	a = array_of(off, &i, &j);
	/* In a global reset queues are not there; interrupts are, to tell. */
	if (core->reset_done_at != 0 && a != A_DYN_CTL &&
	    (off < PFINT_MBX_CTL || off > GLINT_CTL))
		return;
	if (a != A_NONE) {
		if (array_ok(core, a, i, off))
			array_write(core, a, i, j, val, off);
		return;
	}
	q = ctlq_of(core, off, &arq, &i);
	if (q != NULL) {
		icc_ctlq_reg_write(core, q, arq, i, val);
		return;
	}
	switch (off) {
	case GLGEN_RTRIG:
		if (val & GLGEN_RTRIG_EMPFWR_M)
			ice_core_reset(core, ICE_CORE_RESET_EMPR);
		else if (val & GLGEN_RTRIG_GLOBR_M)
			ice_core_reset(core, ICE_CORE_RESET_GLOBR);
		else if (val & GLGEN_RTRIG_CORER_M)
			ice_core_reset(core, ICE_CORE_RESET_CORER);
		return;
	case PFGEN_CTRL:
		if (val & PFGEN_CTRL_PFSWR_M)
			ice_core_reset(core, ICE_CORE_RESET_PFR);
		return;
	case GLINT_CTL:
		core->glint_ctl = val;
		return;
	case PFINT_OICR_ENA:
		icc_intr_oicr_ena_write(core, ICE_CORE_FN_PF, val);
		return;
	case PFINT_OICR_CTL:
		core->pf.oicr_ctl = val & ~INT_CTL_INTEVENT_M;
		return;
	case PFINT_FW_CTL:
		core->pf.fw_ctl = val & ~INT_CTL_INTEVENT_M;
		return;
	case PFINT_MBX_CTL:
		core->pf.mbx_ctl = val & ~INT_CTL_INTEVENT_M;
		return;
	case PFINT_SB_CTL:
		core->pf.sb_ctl = val & ~INT_CTL_INTEVENT_M;
		return;
	case GLGEN_RSTAT:
	case GLNVM_ULD:
	case PF_FUNC_RID:
	case PFLAN_RX_QALLOC:
	case PFLAN_TX_QALLOC:
	case PFINT_ALLOC:
	case PFINT_OICR:
	case PFQF_FD_SIZE:
	case GLTSYN_TIME_L(0):
	case GLTSYN_TIME_L(1):
	case GLTSYN_TIME_H(0):
	case GLTSYN_TIME_H(1):
		icc_breach(core, ICC_BR_REG_RO, "0x%x", off);
		return;
	}
	if (icc_vf_pf_write(core, off, val))
		return;
	reg = plain_at(core, off, &p);
	if (reg != NULL && p->kind == RW)
		*reg = val;
	else if ((reg != NULL && p->kind == RO) || icc_stats_read(core, off, &ro))
		icc_breach(core, ICC_BR_REG_RO, "0x%x", off);
	else if (reg == NULL)
		icc_breach(core, ICC_BR_REG_UNKNOWN, "write of 0x%x to 0x%x", val, off);
}

static bool
access_ok(struct ice_core *core, uint32_t off, unsigned int size)
{
	if (off >= ICE_MP_BAR0_SIZE) {
		icc_breach(core, ICC_BR_REG_UNKNOWN, "offset 0x%x", off);
		return false;
	}
	if ((size != 1 && size != 2 && size != 4 && size != 8) || off % (size < 4 ? size : 4) ||
	    (size < 4 && off >= MP_WINDOW_SIZE)) {
		icc_breach(core, ICC_BR_REG_SIZE, "%u bytes at 0x%x", size, off);
		return false;
	}
	return true;
}

static bool
vf_access_ok(struct ice_core *core, uint16_t fn, uint32_t off, unsigned int size)
{
	uint16_t vf = fn - ICE_CORE_FN_VF(0);

	if (vf >= core->cfg.nb_vfs) {
		icc_breach(core, ICC_BR_REG_UNKNOWN, "function %u, offset 0x%x", fn, off);
		return false;
	}
	/* It may go while somebody is at it. */
	if (!core->vf[vf].present)
		return false;
	if ((size != 4 && size != 8) || off % 4) {
		icc_breach_fn(core, fn, ICC_BR_REG_SIZE, "%u bytes at 0x%x", size, off);
		return false;
	}
	if (off >= ICE_MP_VF_BAR0_SIZE || ICE_MP_VF_BAR0_SIZE - off < size) {
		icc_breach_fn(core, fn, ICC_BR_REG_UNKNOWN, "offset 0x%x", off);
		return false;
	}
	return true;
}

static uint32_t
read_part(struct ice_core *core, uint32_t off, unsigned int size)
{
	uint32_t val;

	if (off >= MP_WINDOW_SIZE)
		return read_dword(core, off);
	if (!icc_mp_read(core, off, size, &val))
		icc_breach(core, ICC_BR_REG_UNKNOWN, "%u-byte read of 0x%x", size, off);
	return val;
}

static void
write_part(struct ice_core *core, uint32_t off, unsigned int size, uint32_t val)
{
	if (off >= MP_WINDOW_SIZE)
		write_dword(core, off, val);
	else if (!icc_mp_write(core, off, size, val))
		icc_breach(core, ICC_BR_REG_UNKNOWN, "%u-byte write to 0x%x", size, off);
}

uint64_t
ice_core_reg_read(struct ice_core *core, uint16_t fn, uint32_t off, unsigned int size)
{
	uint64_t val;

	if (fn != ICE_CORE_FN_PF) {
		if (!vf_access_ok(core, fn, off, size))
			return 0;
		val = icc_vf_read(core, fn - ICE_CORE_FN_VF(0), off);
		if (size == 8)
			val |= (uint64_t)icc_vf_read(core, fn - ICE_CORE_FN_VF(0), off + 4) << 32;
		return val;
	}
	icc_fault_reg(core);
	if (!access_ok(core, off, size))
		return 0;
	val = read_part(core, off, size < 8 ? size : 4);
	if (size == 8)
		val |= (uint64_t)read_part(core, off + 4, 4) << 32;
	return val;
}

void
ice_core_reg_write(struct ice_core *core, uint16_t fn, uint32_t off, uint64_t val,
		   unsigned int size)
{
	if (fn != ICE_CORE_FN_PF) {
		if (!vf_access_ok(core, fn, off, size))
			return;
		icc_vf_write(core, fn - ICE_CORE_FN_VF(0), off, val);
		if (size == 8)
			icc_vf_write(core, fn - ICE_CORE_FN_VF(0), off + 4, val >> 32);
		return;
	}
	icc_fault_reg(core);
	if (!access_ok(core, off, size))
		return;
	write_part(core, off, size < 8 ? size : 4, val);
	if (size == 8)
		write_part(core, off + 4, 4, val >> 32);
}
