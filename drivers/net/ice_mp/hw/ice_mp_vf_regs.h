/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_VF_REGS_H_
#define _ICE_MP_VF_REGS_H_

/**
 * @file
 * BAR0 of a VF, as the drivers of adaptive VFs (8086:1889) see it, and the
 * PF's registers about VFs that need more than a name. Numbers of the public
 * register map.
 *
 * Shared by the device core and by test clients: facts only.
 */

#include "ice_mp_regs.h"

#define ICE_MP_VF_DEVICE_ID		0x1889
/** Bytes of VF BAR0 (the highest register in use ends at 0xD03C). */
#define ICE_MP_VF_BAR0_SIZE		0x20000u
/** Bytes of VF BAR3: MSI-X table at 0, pending bits at ICE_MP_VF_MSIX_PBA. */
#define ICE_MP_VF_MSIX_BAR_SIZE		0x4000u
#define ICE_MP_VF_MSIX_PBA		0x2000u
/** Queue pairs a VF can see in its BAR0. */
#define ICE_MP_VF_MAX_QPS		16
/** Vectors a VF can have: the mailbox's and one for each queue pair. */
#define ICE_MP_VF_MAX_VECTORS		(ICE_MP_VF_MAX_QPS + 1)

#define QTX_TAIL1(q)			(0x0000 + 4 * (q))
#define QRX_TAIL1(q)			(0x2000 + 4 * (q))
/** ITR interval i of vector n + 1. */
#define VFINT_ITRN1(i, n)		(0x2800 + 64 * (i) + 4 * (n))
/** Layout of GLINT_DYN_CTL; vector n + 1. */
#define VFINT_DYN_CTLN1(n)		(0x3800 + 4 * (n))
/** Causes of vector 0, cleared by reading. */
#define VFINT_ICR01			0x4800
#define VFINT_ICR01_INTEVENT_M		ICE_MP_BIT(0)
#define VFINT_ICR01_ADMINQ_M		ICE_MP_BIT(30)
#define VFINT_ITR01(i)			(0x4C00 + 4 * (i))
#define VFINT_ICR0_ENA1			0x5000
#define VFINT_ICR0_ENA1_ADMINQ_M	ICE_MP_BIT(30)
#define VFINT_STAT_CTL01		0x5400
#define VFINT_DYN_CTL01			0x5C00
#define VF_ARQBAH1			0x6000
#define VF_ATQH1			0x6400
#define VF_ATQLEN1			0x6800
#define VF_ARQBAL1			0x6C00
#define VF_ARQT1			0x7000
#define VF_ARQH1			0x7400
#define VF_ATQBAH1			0x7800
#define VF_ATQBAL1			0x7C00
#define VF_ARQLEN1			0x8000
#define VF_ATQT1			0x8400
/** The VF's view of VFGEN_RSTAT(vf). */
#define VF_VFGEN_RSTAT			0x8800
#define VFGEN_RSTAT_VFR_STATE_M		ICE_MP_MASK(0, 2)
#define VFGEN_RSTAT_INPROGRESS		0
#define VFGEN_RSTAT_COMPLETED		1
#define VFGEN_RSTAT_VFACTIVE		2

/* The PF's views of the VF mailboxes. */
#define VF_MBX_ATQBAL(vf)		(0x0022A000 + 4 * (vf))
#define VF_MBX_ATQBAH(vf)		(0x0022A400 + 4 * (vf))
#define VF_MBX_ATQLEN(vf)		(0x0022A800 + 4 * (vf))
#define VF_MBX_ATQH(vf)			(0x0022AC00 + 4 * (vf))
#define VF_MBX_ATQT(vf)			(0x0022B000 + 4 * (vf))
#define VF_MBX_ARQBAL(vf)		(0x0022B400 + 4 * (vf))
#define VF_MBX_ARQBAH(vf)		(0x0022B800 + 4 * (vf))
#define VF_MBX_ARQLEN(vf)		(0x0022BC00 + 4 * (vf))
#define VF_MBX_ARQH(vf)			(0x0022C000 + 4 * (vf))
#define VF_MBX_ARQT(vf)			(0x0022C400 + 4 * (vf))

/* Malicious driver detection, by VF. */
#define VP_MDET_TX_PQM(vf)		(0x002D2000 + 4 * (vf))
#define VP_MDET_TX_TCLAN(vf)		(0x000FB800 + 4 * (vf))
#define VP_MDET_TX_TDPU(vf)		(0x00040000 + 4 * (vf))
#define VP_MDET_RX(vf)			(0x00294400 + 4 * (vf))

/* Fields of the PF's SR-IOV registers. */
#define VPGEN_VFRTRIG_VFSWR_M		ICE_MP_BIT(0)
#define VPGEN_VFRSTAT_VFRD_M		ICE_MP_BIT(0)
#define VPLAN_QBASE_FIRSTQ_TX_M		ICE_MP_MASK(0, 14)
#define VPLAN_QBASE_FIRSTQ_RX_M		ICE_MP_MASK(0, 11)
/** Number of queues minus one. */
#define VPLAN_QBASE_NUMQ_S		16
#define VPLAN_QBASE_NUMQ_M		ICE_MP_MASK(16, 8)
#define VPLAN_QBASE_QTABLE_ENA_M	ICE_MP_BIT(31)
#define VPLAN_MAPENA_M			ICE_MP_BIT(0)
#define VPINT_ALLOC_FIRST_M		ICE_MP_MASK(0, 11)
#define VPINT_ALLOC_LAST_S		12
#define VPINT_ALLOC_LAST_M		ICE_MP_MASK(12, 11)
#define VPINT_ALLOC_VALID_M		ICE_MP_BIT(31)
#define GLINT_VECT2FUNC_VF_NUM_M	ICE_MP_MASK(0, 8)
#define GLINT_VECT2FUNC_PF_NUM_S	12
#define GLINT_VECT2FUNC_IS_PF_M		ICE_MP_BIT(16)
/** PF_PCI_CIAA: configuration space of a VF; offset and VF number. */
#define PF_PCI_CIAA_VF_NUM_S		12
/** Device status word of the PCIe capability, as drivers address it. */
#define PF_PCI_CIAA_DEVICE_STATUS	0xAA
#define PF_PCI_CIAD_TRANS_PEND_M	ICE_MP_BIT(5)

#endif /* _ICE_MP_VF_REGS_H_ */
