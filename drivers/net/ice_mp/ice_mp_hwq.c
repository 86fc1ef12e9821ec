/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#include <errno.h>

#include <rte_cycles.h>

#include "ice_mp_aqcmd.h"
#include "ice_mp_hwq.h"

/* Bound on waiting for QRX_CTRL.QENA_STAT to follow the request. */
#define QENA_TRIES		50
#define QENA_STEP_US		100
#define RXDID_PRIO		3
/** Descriptors the device fetches ahead, a code. */
#define RX_THRESH		2

int
ice_mp_hw_rxq_switch(struct ice_mp_pf *pf, uint16_t hwq, bool on)
{
	unsigned int i;
	uint32_t val;

	ice_mp_wr32(pf, QRX_CTRL(hwq), on ? QRX_CTRL_QENA_REQ_M : 0);
	for (i = 0; i < QENA_TRIES; i++) {
		val = ice_mp_rd32(pf, QRX_CTRL(hwq));
		if (val == UINT32_MAX)
			return -EIO;
		if (!!(val & QRX_CTRL_QENA_STAT_M) == on)
			return 0;
		rte_delay_us_sleep(QENA_STEP_US);
	}
	return -ETIMEDOUT;
}

void
ice_mp_hw_rxq_program(struct ice_mp_pf *pf, uint16_t hwq, const struct ice_mp_hw_rxq *q)
{
	uint32_t ctx[QRX_CONTEXT_DWORDS] = { 0 };
	uint8_t *c = (uint8_t *)ctx;
	unsigned int i;

	ice_mp_ctx_set(c, RLAN_CTX_BASE_S, RLAN_CTX_BASE_W, q->ring >> ICE_MP_RING_BASE_SHIFT);
	ice_mp_ctx_set(c, RLAN_CTX_QLEN_S, RLAN_CTX_QLEN_W, q->nb_desc);
	ice_mp_ctx_set(c, RLAN_CTX_DBUF_S, RLAN_CTX_DBUF_W, q->buf_size >> ICE_MP_RX_DBUF_SHIFT);
	if (q->hsplit != 0) {
		ice_mp_ctx_set(c, RLAN_CTX_DTYPE_S, RLAN_CTX_DTYPE_W, RLAN_CTX_DTYPE_SPLIT);
		ice_mp_ctx_set(c, RLAN_CTX_HSPLIT0_S, RLAN_CTX_HSPLIT0_W, q->hsplit);
		ice_mp_ctx_set(c, RLAN_CTX_HBUF_S, RLAN_CTX_HBUF_W,
			       q->hdr_size >> RLAN_CTX_HBUF_SHIFT);
	}
	ice_mp_ctx_set(c, RLAN_CTX_DSIZE_S, RLAN_CTX_DSIZE_W, !q->short_desc);
	ice_mp_ctx_set(c, RLAN_CTX_CRCSTRIP_S, RLAN_CTX_CRCSTRIP_W, !q->keep_crc);
	ice_mp_ctx_set(c, RLAN_CTX_L2TSEL_S, RLAN_CTX_L2TSEL_W, 1);
	ice_mp_ctx_set(c, RLAN_CTX_RXMAX_S, RLAN_CTX_RXMAX_W, q->max_frame);
	ice_mp_ctx_set(c, RLAN_CTX_LRXQTHRESH_S, RLAN_CTX_LRXQTHRESH_W, RX_THRESH);
	ice_mp_ctx_set(c, RLAN_CTX_PREFENA_S, RLAN_CTX_PREFENA_W, 1);

	ice_mp_wr32(pf, QRXFLXP_CNTXT(hwq), q->rxdid | RXDID_PRIO << QRXFLXP_CNTXT_RXDID_PRIO_S |
		    (q->stamp ? QRXFLXP_CNTXT_TS_M : 0));
	for (i = 0; i < QRX_CONTEXT_DWORDS; i++)
		ice_mp_wr32(pf, QRX_CONTEXT(i, hwq), ctx[i]);
}

int
ice_mp_hw_txq_add(struct ice_mp_pf *pf, uint32_t qgrp_teid, uint16_t hwq,
		  const struct ice_mp_hw_txq *q, uint32_t *teid)
{
	uint8_t ctx[TLAN_CTX_SIZE] = { 0 };

	if (qgrp_teid == 0)
		return -EIO;
	ice_mp_ctx_set(ctx, TLAN_CTX_BASE_S, TLAN_CTX_BASE_W, q->ring >> ICE_MP_RING_BASE_SHIFT);
	ice_mp_ctx_set(ctx, TLAN_CTX_PORT_NUM_S, TLAN_CTX_PORT_NUM_W, q->lport);
	ice_mp_ctx_set(ctx, TLAN_CTX_VMVF_TYPE_S, TLAN_CTX_VMVF_TYPE_W,
		       q->vf < 0 ? TLAN_CTX_VMVF_TYPE_PF : TLAN_CTX_VMVF_TYPE_VF);
	ice_mp_ctx_set(ctx, TLAN_CTX_VMVF_NUM_S, TLAN_CTX_VMVF_NUM_W, q->vf < 0 ? 0 : q->vf);
	ice_mp_ctx_set(ctx, TLAN_CTX_SRC_VSI_S, TLAN_CTX_SRC_VSI_W, q->vsi);
	ice_mp_ctx_set(ctx, TLAN_CTX_QLEN_S, TLAN_CTX_QLEN_W, q->nb_desc);
	ice_mp_ctx_set(ctx, TLAN_CTX_TSO_ENA_S, TLAN_CTX_TSO_ENA_W, 1);
	ice_mp_ctx_set(ctx, TLAN_CTX_TSO_QNUM_S, TLAN_CTX_TSO_QNUM_W, hwq);
	ice_mp_ctx_set(ctx, TLAN_CTX_LEGACY_INT_S, TLAN_CTX_LEGACY_INT_W, 1);
	return ice_mp_aqc_add_txq(pf, qgrp_teid, hwq, ctx, teid);
}
