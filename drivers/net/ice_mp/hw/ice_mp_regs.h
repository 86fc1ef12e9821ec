/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_REGS_H_
#define _ICE_MP_REGS_H_

/**
 * @file
 * PF BAR0 registers of an E810-class function, as far as the driver or the
 * device model uses them. All registers are 32 bits wide and little-endian.
 * Names and offsets are those of the public E810 register map; the
 * multi-port window, which is ours, is in ice_mp_ext.h.
 *
 * Shared by the driver and the device core: facts only, no policy.
 */

#include <stdint.h>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "ice_mp supports little-endian hosts only"
#endif

#define ICE_MP_BIT(n)			(1u << (n))
/** Mask of `w` bits starting at bit `s`. */
#define ICE_MP_MASK(s, w)		((uint32_t)(((1ull << (w)) - 1) << (s)))

/** Identity: E810-C for QSFP. */
#define ICE_MP_PCI_VENDOR		0x8086
#define ICE_MP_PCI_DEVICE		0x1592

/** Bytes of BAR0 that stock drivers touch, rounded up to a power of two. */
#define ICE_MP_BAR0_SIZE		0x2000000u
/** BAR3: MSI-X table at 0, pending bits at ICE_MP_MSIX_PBA. */
#define ICE_MP_MSIX_BAR_SIZE		0x10000u
#define ICE_MP_MSIX_PBA			0x8000u

/* Sizes of the register arrays. */
#define ICE_MP_HW_MAX_RXQ		2048
#define ICE_MP_HW_MAX_TXQ		16384
#define ICE_MP_HW_MAX_VECTORS		2048
#define ICE_MP_HW_MAX_VSI		768
#define ICE_MP_HW_MAX_VFS		256

/* Reset and global state. */
#define GLGEN_RSTAT			0x000B8188
#define GLGEN_RSTAT_DEVSTATE_M		ICE_MP_MASK(0, 2)
#define GLGEN_RSTAT_RESET_TYPE_S	2
#define GLGEN_RSTAT_RESET_TYPE_M	ICE_MP_MASK(2, 2)
#define GLGEN_RSTAT_CORERCNT_S		4
#define GLGEN_RSTAT_GLOBRCNT_S		6
#define GLGEN_RSTAT_EMPRCNT_S		8
#define GLGEN_RSTCTL			0x000B8180
#define GLGEN_RSTCTL_GRSTDEL_M		ICE_MP_MASK(0, 6)
#define GLGEN_RTRIG			0x000B8190
#define GLGEN_RTRIG_CORER_M		ICE_MP_BIT(0)
#define GLGEN_RTRIG_GLOBR_M		ICE_MP_BIT(1)
#define GLGEN_RTRIG_EMPFWR_M		ICE_MP_BIT(2)
#define GLNVM_ULD			0x000B6008
/** Every "unit load done" bit the drivers wait for (no RDMA). */
#define GLNVM_ULD_DONE_M		0x0000033Bu
#define PFGEN_CTRL			0x00091000
#define PFGEN_CTRL_PFSWR_M		ICE_MP_BIT(0)
#define PFGEN_STATE			0x00088000
#define PRTGEN_STATUS			0x000B8100
#define PFGEN_PORTNUM			0x001D2400
#define PF_FUNC_RID			0x0009E880
#define PF_FUNC_RID_FUNC_M		ICE_MP_MASK(0, 3)
#define PF_FUNC_RID_DEV_S		3
#define PF_FUNC_RID_BUS_S		8
#define GL_PWR_MODE_CTL			0x000B820C
#define GL_PWR_MODE_CTL_CAR_MAX_BW_S	30
#define GLGEN_CLKSTAT_SRC		0x000B826C
#define GLGEN_CLKSTAT_SRC_PSM_S		4
#define GLGEN_CLKSTAT_SRC_PSM_M		ICE_MP_MASK(4, 2)
#define GLNVM_GENS			0x000B6100
#define GLNVM_GENS_NVM_PRES_M		ICE_MP_BIT(0)
#define GLNVM_GENS_SR_SIZE_S		5
#define GLNVM_FLA			0x000B6108
#define GLGEN_STAT			0x000B612C
#define GLNVM_FLA_LOCKED_M		ICE_MP_BIT(6)
#define GL_MNG_FWSM			0x000B6134
#define GLPCI_CNF2			0x000BE004
#define PFPM_WUS			0x0009DB80
#define PFPM_APM			0x000B8080
#define PFPM_WUFC			0x0009DC00
#define PFQF_FD_ENA			0x0043A000
#define GLQF_FD_SIZE			0x00460010
#define GLQF_FD_SIZE_GSIZE_S		0	/* guaranteed, all functions */
#define GLQF_FD_SIZE_BSIZE_S		16	/* best effort */
#define GLQF_FD_CNT			0x00460018	/* in use; fields as GLQF_FD_SIZE */
#define PFQF_FD_SIZE			0x00460100	/* of this function; likewise */
#define PRTMAC_HSEC_CTL_TX_PAUSE_QUANTA(i)	(0x001E36E0 + 32 * (i))
#define PRTMAC_HSEC_CTL_TX_PAUSE_REFRESH(i)	(0x001E3800 + 32 * (i))
#define PRTDCB_GENS			0x00083020
#define PFLAN_RX_QALLOC			0x001D2500
#define PFLAN_TX_QALLOC			0x001D2580
#define PFLAN_QALLOC_LASTQ_S		16
#define PFLAN_QALLOC_VALID_M		ICE_MP_BIT(31)
#define PFINT_ALLOC			0x001D2600
#define PFINT_ALLOC_LAST_S		12
#define PFINT_ALLOC_VALID_M		ICE_MP_BIT(31)
#define GL_MDCK_TX_TDPU			0x00049348
#define GL_PREEXT_L2_PMASK0(i)		(0x0020F0FC + 4 * (i))
#define GL_PREEXT_L2_PMASK1(i)		(0x0020F108 + 4 * (i))
#define GLQF_HSYMM(prof, i)		(0x0040F000 + 4 * (prof) + 512 * (i))
#define GLQF_HMASK(i)			(0x0040FC00 + 4 * (i))
#define GLQF_FDMASK(i)			(0x00410800 + 4 * (i))
#define GLQF_HMASK_SEL(i)		(0x00410000 + 4 * (i))
#define GLQF_FDMASK_SEL(i)		(0x00410400 + 4 * (i))
#define GL_MDET_TX_PQM			0x002D2E00
#define GL_MDET_TX_TCLAN		0x000FC068
#define GL_MDET_TX_TDPU			0x00049350
#define GL_MDET_RX			0x00294C00
#define GL_MDET_VALID_M			ICE_MP_BIT(31)
#define PF_PCI_CIAA			0x0009E580
#define PF_PCI_CIAD			0x0009E500

/* Control queues: AdminQ, PF mailbox, sideband. */
#define PF_FW_ATQBAL			0x00080000
#define PF_FW_ATQBAH			0x00080100
#define PF_FW_ATQLEN			0x00080200
#define PF_FW_ATQH			0x00080300
#define PF_FW_ATQT			0x00080400
#define PF_FW_ARQBAL			0x00080080
#define PF_FW_ARQBAH			0x00080180
#define PF_FW_ARQLEN			0x00080280
#define PF_FW_ARQH			0x00080380
#define PF_FW_ARQT			0x00080480
#define PF_MBX_ATQBAL			0x0022E100
#define PF_MBX_ATQBAH			0x0022E180
#define PF_MBX_ATQLEN			0x0022E200
#define PF_MBX_ATQH			0x0022E280
#define PF_MBX_ATQT			0x0022E300
#define PF_MBX_ARQBAL			0x0022E380
#define PF_MBX_ARQBAH			0x0022E400
#define PF_MBX_ARQLEN			0x0022E480
#define PF_MBX_ARQH			0x0022E500
#define PF_MBX_ARQT			0x0022E580
#define PF_SB_ATQBAL			0x0022FC00
#define PF_SB_ARQT			0x00230080
#define CTLQ_LEN_LEN_M			ICE_MP_MASK(0, 10)
#define CTLQ_LEN_VFE_M			ICE_MP_BIT(28)
#define CTLQ_LEN_OVFL_M			ICE_MP_BIT(29)
#define CTLQ_LEN_CRIT_M			ICE_MP_BIT(30)
#define CTLQ_LEN_ENABLE_M		ICE_MP_BIT(31)
#define CTLQ_HT_M			ICE_MP_MASK(0, 10)

/* Interrupts. */
#define GLINT_DYN_CTL(v)		(0x00160000 + 4 * (v))
#define GLINT_DYN_CTL_INTENA_M		ICE_MP_BIT(0)
#define GLINT_DYN_CTL_CLEARPBA_M	ICE_MP_BIT(1)
#define GLINT_DYN_CTL_SWINT_TRIG_M	ICE_MP_BIT(2)
#define GLINT_DYN_CTL_ITR_INDX_S	3
#define GLINT_DYN_CTL_ITR_INDX_M	ICE_MP_MASK(3, 2)
/** ITR index 3: no moderation. */
#define GLINT_DYN_CTL_ITR_NONE		3
#define GLINT_DYN_CTL_INTERVAL_S	5
#define GLINT_DYN_CTL_INTERVAL_M	ICE_MP_MASK(5, 12)
#define GLINT_DYN_CTL_SW_ITR_INDX_ENA_M	ICE_MP_BIT(24)
#define GLINT_DYN_CTL_WB_ON_ITR_M	ICE_MP_BIT(30)
#define GLINT_DYN_CTL_INTENA_MSK_M	ICE_MP_BIT(31)
#define GLINT_ITR(i, v)			(0x00154000 + 8192 * (i) + 4 * (v))
#define GLINT_ITR_INTERVAL_M		ICE_MP_MASK(0, 12)
/** Unit of the ITR interval at the modelled 100G power mode, in ns. */
#define GLINT_ITR_UNIT_NS		2000
#define GLINT_RATE(v)			(0x0015A000 + 4 * (v))
#define GLINT_CEQCTL(v)			(0x0015C000 + 4 * (v))
#define GLINT_VECT2FUNC(v)		(0x00162000 + 4 * (v))
#define GLINT_CTL			0x0016CC54
#define GLINT_CTL_DIS_AUTOMASK_M	ICE_MP_BIT(0)
#define PFINT_OICR			0x0016CA00
#define PFINT_OICR_ENA			0x0016C900
#define PFINT_OICR_INTEVENT_M		ICE_MP_BIT(0)
#define PFINT_OICR_QUEUE_M		ICE_MP_BIT(1)
#define PFINT_OICR_ECC_ERR_M		ICE_MP_BIT(16)
#define PFINT_OICR_MAL_DETECT_M		ICE_MP_BIT(19)
#define PFINT_OICR_GRST_M		ICE_MP_BIT(20)
#define PFINT_OICR_PCI_EXCEPTION_M	ICE_MP_BIT(21)
#define PFINT_OICR_LINK_STAT_CHANGE_M	ICE_MP_BIT(25)
#define PFINT_OICR_HMC_ERR_M		ICE_MP_BIT(26)
#define PFINT_OICR_PE_CRITERR_M		ICE_MP_BIT(28)
#define PFINT_OICR_VFLR_M		ICE_MP_BIT(29)
#define PFINT_OICR_SWINT_M		ICE_MP_BIT(31)
#define PFINT_OICR_CTL			0x0016CA80
#define PFINT_FW_CTL			0x0016C800
#define PFINT_MBX_CTL			0x0016B280
#define PFINT_SB_CTL			0x0016B600
#define QINT_TQCTL(q)			(0x00140000 + 4 * (q))
#define QINT_RQCTL(q)			(0x00150000 + 4 * (q))
/* Common layout of every *_CTL cause register above. */
#define INT_CTL_MSIX_INDX_M		ICE_MP_MASK(0, 11)
#define INT_CTL_ITR_INDX_S		11
#define INT_CTL_ITR_INDX_M		ICE_MP_MASK(11, 2)
#define INT_CTL_CAUSE_ENA_M		ICE_MP_BIT(30)
#define INT_CTL_INTEVENT_M		ICE_MP_BIT(31)
#define QRX_ITR(q)			(0x00292000 + 4 * (q))

/* Data queues. */
#define QRX_CONTEXT(i, q)		(0x00280000 + 8192 * (i) + 4 * (q))
#define QRX_CONTEXT_DWORDS		8
#define QRX_CTRL(q)			(0x00120000 + 4 * (q))
#define QRX_CTRL_QENA_REQ_M		ICE_MP_BIT(0)
#define QRX_CTRL_QENA_STAT_M		ICE_MP_BIT(2)
#define QRX_TAIL(q)			(0x00290000 + 4 * (q))
#define QRX_TAIL_M			ICE_MP_MASK(0, 13)
#define QRXFLXP_CNTXT(q)		(0x00480000 + 4 * (q))
#define QRXFLXP_CNTXT_RXDID_IDX_M	ICE_MP_MASK(0, 6)
#define QRXFLXP_CNTXT_RXDID_PRIO_S	8
#define QRXFLXP_CNTXT_RXDID_PRIO_M	ICE_MP_MASK(8, 3)
#define QRXFLXP_CNTXT_TS_M		ICE_MP_BIT(11)
#define QTX_COMM_DBELL(q)		(0x002C0000 + 4 * (q))
#define QTX_COMM_HEAD(q)		(0x000E0000 + 4 * (q))
#define QTX_COMM_HEAD_HEAD_M		ICE_MP_MASK(0, 13)
#define GLCOMM_QTX_CNTX_CTL		0x002D2DC8
#define GLCOMM_QTX_CNTX_DATA(i)		(0x002D2D40 + 4 * (i))
#define GLCOMM_QTX_CNTX_STAT		0x002D2DCC
#define VSIQF_HKEY(i, vsi)		(0x00400000 + 4096 * (i) + 4 * (vsi))
#define VSIQF_HLUT(i, vsi)		(0x00420000 + 4096 * (i) + 4 * (vsi))
#define VSIQF_HASH_CTL(vsi)		(0x0040D000 + 4 * (vsi))
#define VSIQF_FD_CNT(vsi)		(0x00464000 + 4 * (vsi))
#define GLFLXP_RXDID_FLX_WRD(n, i)	(0x0045C800 + 0x100 * (n) + 4 * (i))
#define GLFLXP_RXDID_FLAGS(i, j)	(0x0045D000 + 4 * (i) + 256 * (j))

/* The device's clock, two of them (i): ns, it runs by itself. */
#define GLTSYN_ENA(i)			(0x00088808 + 4 * (i))
#define GLTSYN_TIME_0(i)		(0x000888C8 + 4 * (i))
#define GLTSYN_TIME_L(i)		(0x000888D0 + 4 * (i))
#define GLTSYN_TIME_H(i)		(0x000888D8 + 4 * (i))
#define GLTSYN_INCVAL_L(i)		(0x00088918 + 4 * (i))
#define GLTSYN_INCVAL_H(i)		(0x00088920 + 4 * (i))

/*
 * Port statistics, indexed by lport with a stride of 8 bytes. The 40-bit
 * ones have their low 32 bits at the offset and the high 8 bits 4 bytes on;
 * the 32-bit ones leave that second word unused.
 */
#define GLPRT_STRIDE			8
#define GLPRT_GORCL			0x00380000
#define GLPRT_GOTCL			0x00380B40
#define GLPRT_UPRCL			0x00381300
#define GLPRT_UPTCL			0x003811C0
#define GLPRT_MPRCL			0x00381340
#define GLPRT_MPTCL			0x00381200
#define GLPRT_BPRCL			0x00381380
#define GLPRT_BPTCL			0x00381240
#define GLPRT_PRC64L			0x00380900
#define GLPRT_PRC127L			0x00380940
#define GLPRT_PRC255L			0x00380980
#define GLPRT_PRC511L			0x003809C0
#define GLPRT_PRC1023L			0x00380A00
#define GLPRT_PRC1522L			0x00380A40
#define GLPRT_PRC9522L			0x00380A80
#define GLPRT_PTC64L			0x00380B80
#define GLPRT_PTC127L			0x00380BC0
#define GLPRT_PTC255L			0x00380C00
#define GLPRT_PTC511L			0x00380C40
#define GLPRT_PTC1023L			0x00380C80
#define GLPRT_PTC1522L			0x00380CC0
#define GLPRT_PTC9522L			0x00380D00
#define GLPRT_CRCERRS			0x00380100
#define GLPRT_RLEC			0x00380140
#define GLPRT_ILLERRC			0x003801C0
#define GLPRT_RUC			0x00380200
#define GLPRT_ROC			0x00380240
#define GLPRT_RFC			0x00380AC0
#define GLPRT_RJC			0x00380B00
#define GLPRT_TDOLD			0x00381280
#define GLPRT_MLFC			0x00380040
#define GLPRT_MRFC			0x00380080
#define GLPRT_LXONRXC			0x00380280
#define GLPRT_LXOFFRXC			0x003802C0
#define GLPRT_LXONTXC			0x00381140
#define GLPRT_LXOFFTXC			0x00381180
/** Packets dropped for want of an Rx buffer; 32 bits, one per PF. */
#define PRTRPB_RDPC			0x000AC260

/* VSI statistics. 40-bit pairs with stride 8, then 32-bit ones, stride 4. */
#define GLV_STRIDE			8
#define GLV_GORCL			0x003B0000
#define GLV_UPRCL			0x003B2000
#define GLV_MPRCL			0x003B4000
#define GLV_BPRCL			0x003B6000
#define GLV_GOTCL			0x00300000
#define GLV_UPTCL			0x0030A000
#define GLV_MPTCL			0x0030C000
#define GLV_BPTCL			0x0030E000
#define GLV_RDPC(vsi)			(0x00294C04 + 4 * (vsi))
#define GLV_REPC(vsi)			(0x00295804 + 4 * (vsi))
#define GLV_TEPC(vsi)			(0x00312000 + 4 * (vsi))
#define GLSWID_RUPP(i)			(0x00345000 + 4 * (i))
#define GLSTAT_FD_CNT0L(i)		(0x003A0000 + 8 * (i))
/** Width of the 40-bit counters. */
#define ICE_MP_STAT40_M			0xFFFFFFFFFFull

/* SR-IOV, PF side. */
#define VPGEN_VFRTRIG(vf)		(0x00090000 + 4 * (vf))
#define VPGEN_VFRSTAT(vf)		(0x00090800 + 4 * (vf))
#define VFGEN_RSTAT(vf)			(0x00074000 + 4 * (vf))
#define GLGEN_VFLRSTAT(i)		(0x00093A04 + 4 * (i))
#define VPLAN_TX_QBASE(vf)		(0x001D1800 + 4 * (vf))
#define VPLAN_TXQ_MAPENA(vf)		(0x00073800 + 4 * (vf))
#define VPLAN_RX_QBASE(vf)		(0x00072000 + 4 * (vf))
#define VPLAN_RXQ_MAPENA(vf)		(0x00073000 + 4 * (vf))
#define VPINT_ALLOC(vf)			(0x001D1000 + 4 * (vf))
#define VPINT_ALLOC_PCI(vf)		(0x0009D000 + 4 * (vf))
#define VPINT_MBX_CTL(vf)		(0x0016A000 + 4 * (vf))

#endif /* _ICE_MP_REGS_H_ */
