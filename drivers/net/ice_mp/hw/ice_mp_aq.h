/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

#ifndef _ICE_MP_AQ_H_
#define _ICE_MP_AQ_H_

/**
 * @file
 * Control-queue descriptors and AdminQ commands. `struct ice_mp_aqc_*` is the
 * 16-byte parameter area of a command; `struct ice_mp_aq_*` is what travels
 * in its buffer. Little-endian throughout.
 */

#include <assert.h>
#include <stdint.h>

#include "ice_mp_aq_link.h"

#define ICE_MP_AQ_MAX_BUF		4096
#define ICE_MP_AQ_LARGE_BUF		512
/** Command time limit the drivers use, in milliseconds. */
#define ICE_MP_AQ_TIMEOUT_MS		1000

struct ice_mp_aq_desc {
	uint16_t flags;
	uint16_t opcode;
	uint16_t datalen;
	uint16_t retval;
	uint32_t cookie_high;
	uint32_t cookie_low;
	union {
		uint8_t raw[16];
		struct {
			uint32_t param0;
			uint32_t param1;
			uint32_t addr_high;
			uint32_t addr_low;
		} indirect;
	} params;
};

static_assert(sizeof(struct ice_mp_aq_desc) == 32, "AdminQ descriptor size");

#define ICE_MP_AQ_FLAG_DD		0x0001
#define ICE_MP_AQ_FLAG_CMP		0x0002
#define ICE_MP_AQ_FLAG_ERR		0x0004
#define ICE_MP_AQ_FLAG_VFE		0x0008
#define ICE_MP_AQ_FLAG_LB		0x0200
#define ICE_MP_AQ_FLAG_RD		0x0400
#define ICE_MP_AQ_FLAG_VFC		0x0800
#define ICE_MP_AQ_FLAG_BUF		0x1000
#define ICE_MP_AQ_FLAG_SI		0x2000
#define ICE_MP_AQ_FLAG_EI		0x4000

/** Completion codes (retval). */
enum ice_mp_aq_err {
	ICE_MP_AQ_RC_OK = 0,
	ICE_MP_AQ_RC_EPERM = 1,
	ICE_MP_AQ_RC_ENOENT = 2,
	ICE_MP_AQ_RC_ESRCH = 3,
	ICE_MP_AQ_RC_EIO = 5,
	ICE_MP_AQ_RC_ENXIO = 6,
	ICE_MP_AQ_RC_E2BIG = 7,
	ICE_MP_AQ_RC_EAGAIN = 8,
	ICE_MP_AQ_RC_ENOMEM = 9,
	ICE_MP_AQ_RC_EACCES = 10,
	ICE_MP_AQ_RC_EFAULT = 11,
	ICE_MP_AQ_RC_EBUSY = 12,
	ICE_MP_AQ_RC_EEXIST = 13,
	ICE_MP_AQ_RC_EINVAL = 14,
	ICE_MP_AQ_RC_ENOTTY = 15,
	ICE_MP_AQ_RC_ENOSPC = 16,
	ICE_MP_AQ_RC_ENOSYS = 17,
	ICE_MP_AQ_RC_ERANGE = 18,
	ICE_MP_AQ_RC_EFLUSHED = 19,
	ICE_MP_AQ_RC_BAD_ADDR = 20,
	ICE_MP_AQ_RC_EMODE = 21,
};

enum ice_mp_aq_opcode {
	ICE_MP_AQ_GET_VER = 0x0001,
	ICE_MP_AQ_DRIVER_VER = 0x0002,
	ICE_MP_AQ_Q_SHUTDOWN = 0x0003,
	ICE_MP_AQ_REQ_RES = 0x0008,
	ICE_MP_AQ_RELEASE_RES = 0x0009,
	ICE_MP_AQ_LIST_FUNC_CAPS = 0x000A,
	ICE_MP_AQ_LIST_DEV_CAPS = 0x000B,
	ICE_MP_AQ_MAC_READ = 0x0107,
	ICE_MP_AQ_MAC_WRITE = 0x0108,
	ICE_MP_AQ_CLEAR_PXE = 0x0110,
	ICE_MP_AQ_GET_SW_CFG = 0x0200,
	ICE_MP_AQ_SET_PORT_PARAMS = 0x0203,
	ICE_MP_AQ_ALLOC_RES = 0x0208,
	ICE_MP_AQ_FREE_RES = 0x0209,
	ICE_MP_AQ_GET_ALLOCD_RES = 0x020A,
	ICE_MP_AQ_SET_VLAN_MODE = 0x020C,
	ICE_MP_AQ_GET_VLAN_MODE = 0x020D,
	ICE_MP_AQ_ADD_VSI = 0x0210,
	ICE_MP_AQ_UPDATE_VSI = 0x0211,
	ICE_MP_AQ_GET_VSI = 0x0212,
	ICE_MP_AQ_FREE_VSI = 0x0213,
	ICE_MP_AQ_ADD_RECIPE = 0x0290,
	ICE_MP_AQ_RECIPE_TO_PROFILE = 0x0291,
	ICE_MP_AQ_GET_RECIPE = 0x0292,
	ICE_MP_AQ_GET_RECIPE_PROFILE = 0x0293,
	ICE_MP_AQ_ADD_SW_RULES = 0x02A0,
	ICE_MP_AQ_UPDATE_SW_RULES = 0x02A1,
	ICE_MP_AQ_REMOVE_SW_RULES = 0x02A2,
	ICE_MP_AQ_CLEAR_PF_CFG = 0x02A4,
	ICE_MP_AQ_SET_PFC_MODE = 0x0303,
	ICE_MP_AQ_GET_DFLT_TOPO = 0x0400,
	ICE_MP_AQ_ADD_SCHED_ELEMS = 0x0401,
	ICE_MP_AQ_CFG_SCHED_ELEMS = 0x0403,
	ICE_MP_AQ_GET_SCHED_ELEMS = 0x0404,
	ICE_MP_AQ_MOVE_SCHED_ELEMS = 0x0408,
	ICE_MP_AQ_SUSPEND_SCHED_ELEMS = 0x0409,
	ICE_MP_AQ_RESUME_SCHED_ELEMS = 0x040A,
	ICE_MP_AQ_QUERY_PORT_ETS = 0x040E,
	ICE_MP_AQ_DEL_SCHED_ELEMS = 0x040F,
	ICE_MP_AQ_ADD_RL_PROFILES = 0x0410,
	ICE_MP_AQ_QUERY_RL_PROFILES = 0x0411,
	ICE_MP_AQ_QUERY_SCHED_RES = 0x0412,
	ICE_MP_AQ_REMOVE_RL_PROFILES = 0x0415,
	ICE_MP_AQ_GET_PHY_CAPS = 0x0600,
	ICE_MP_AQ_SET_PHY_CFG = 0x0601,
	ICE_MP_AQ_SET_MAC_CFG = 0x0603,
	ICE_MP_AQ_RESTART_AN = 0x0605,
	ICE_MP_AQ_GET_LINK_STATUS = 0x0607,
	ICE_MP_AQ_SET_EVENT_MASK = 0x0613,
	ICE_MP_AQ_SET_MAC_LB = 0x0620,
	ICE_MP_AQ_SET_PORT_ID_LED = 0x06E9,
	ICE_MP_AQ_GET_PORT_OPTIONS = 0x06EA,
	ICE_MP_AQ_SET_PORT_OPTION = 0x06EB,
	ICE_MP_AQ_SFF_EEPROM = 0x06EE,
	ICE_MP_AQ_NVM_READ = 0x0701,
	ICE_MP_AQ_NVM_CHECKSUM = 0x0706,
	ICE_MP_AQ_NVM_UPDATE_EMPR = 0x0709,
	ICE_MP_AQ_MBX_VF_TO_PF = 0x0801,
	ICE_MP_AQ_MBX_PF_TO_VF = 0x0802,
	ICE_MP_AQ_LLDP_STOP = 0x0A05,
	ICE_MP_AQ_LLDP_START = 0x0A06,
	ICE_MP_AQ_LLDP_SET_LOCAL_MIB = 0x0A08,
	ICE_MP_AQ_LLDP_FILTER = 0x0A0A,
	ICE_MP_AQ_SET_RSS_KEY = 0x0B02,
	ICE_MP_AQ_SET_RSS_LUT = 0x0B03,
	ICE_MP_AQ_GET_RSS_KEY = 0x0B04,
	ICE_MP_AQ_GET_RSS_LUT = 0x0B05,
	ICE_MP_AQ_ADD_TXQS = 0x0C30,
	ICE_MP_AQ_DIS_TXQS = 0x0C31,
	ICE_MP_AQ_DOWNLOAD_PKG = 0x0C40,
	ICE_MP_AQ_UPLOAD_SECTION = 0x0C41,
	ICE_MP_AQ_UPDATE_PKG = 0x0C42,
	ICE_MP_AQ_GET_PKG_INFO = 0x0C43,
};

/* 0x0001 */
struct ice_mp_aqc_get_ver {
	uint32_t rom_ver;
	uint32_t fw_build;
	uint8_t fw_branch, fw_major, fw_minor, fw_patch;
	uint8_t api_branch, api_major, api_minor, api_patch;
};

/* 0x0002; buffer: ASCII name, at most 32 bytes */
struct ice_mp_aqc_driver_ver {
	uint8_t major, minor, build, subbuild;
	uint8_t rsvd[4];
	uint32_t addr_high, addr_low;
};

#define ICE_MP_AQ_Q_SHUTDOWN_UNLOADING	0x1

/* 0x0008, 0x0009 */
struct ice_mp_aqc_req_res {
	uint16_t res_id;
	uint16_t access;
	uint32_t timeout;		/**< ms */
	uint32_t res_number;
	uint16_t status;		/**< ICE_MP_AQ_RES_GLBL_* */
	uint16_t rsvd;
};
#define ICE_MP_AQ_RES_NVM		1
#define ICE_MP_AQ_RES_SDP		2
#define ICE_MP_AQ_RES_CHANGE_LOCK	3
#define ICE_MP_AQ_RES_GLOBAL_CFG	4
#define ICE_MP_AQ_RES_READ		1
#define ICE_MP_AQ_RES_WRITE		2
#define ICE_MP_AQ_RES_GLBL_GRANTED	0
#define ICE_MP_AQ_RES_GLBL_IN_PROG	1
#define ICE_MP_AQ_RES_GLBL_DONE		2

/* 0x000A, 0x000B */
struct ice_mp_aqc_list_caps {
	uint8_t flags, pf_index;
	uint8_t rsvd[2];
	uint32_t count;
	uint32_t addr_high, addr_low;
};

struct ice_mp_aq_cap {
	uint16_t cap;
	uint8_t major, minor;
	uint32_t number;
	uint32_t logical_id;
	uint32_t phys_id;
	uint64_t rsvd[2];
};
#define ICE_MP_CAP_VALID_FUNCTIONS	0x0005
#define ICE_MP_CAP_SRIOV		0x0012
#define ICE_MP_CAP_VF			0x0013
#define ICE_MP_CAP_VSI			0x0017
#define ICE_MP_CAP_DCB			0x0018
#define ICE_MP_CAP_RSS			0x0040
#define ICE_MP_CAP_RXQS			0x0041
#define ICE_MP_CAP_TXQS			0x0042
#define ICE_MP_CAP_MSIX			0x0043
#define ICE_MP_CAP_FD			0x0045
#define ICE_MP_CAP_MAX_MTU		0x0047
/** Listed while the flash holds a newer NVM than the one that runs. */
#define ICE_MP_CAP_PENDING_NVM		0x0049

/* 0x0107 */
struct ice_mp_aqc_mac_read {
	uint16_t flags;
	uint8_t rsvd[2];
	uint8_t num_addr;
	uint8_t rsvd1[3];
	uint32_t addr_high, addr_low;
};
#define ICE_MP_AQ_MAC_LAN_VALID		0x10

struct ice_mp_aq_mac {
	uint8_t lport;
	uint8_t type;
	uint8_t addr[6];
};
#define ICE_MP_AQ_MAC_TYPE_LAN		0
#define ICE_MP_AQ_MAC_TYPE_WOL		1

/* 0x0108 */
struct ice_mp_aqc_mac_write {
	uint8_t lport;			/**< OURS: byte 0 is reserved on E810 */
	uint8_t flags;
	uint8_t addr[6];
	uint8_t rsvd[8];
};

/* 0x0110 */
struct ice_mp_aqc_clear_pxe {
	uint8_t rx_cnt;
	uint8_t rsvd[15];
};

/* 0x0200 */
struct ice_mp_aqc_get_sw_cfg {
	uint16_t flags;
	uint16_t element;
	uint16_t num_elems;
	uint16_t rsvd;
	uint32_t addr_high, addr_low;
};

struct ice_mp_aq_sw_elem {
	uint16_t vsi_port_num;		/**< number [9:0], type [15:14] */
	uint16_t swid;
	uint16_t pf_vf_num;		/**< [14:0], bit 15: VF */
};
#define ICE_MP_AQ_SW_NUM_M		0x03FF
#define ICE_MP_AQ_SW_TYPE_S		14
#define ICE_MP_AQ_SW_TYPE_PHYS_PORT	0
#define ICE_MP_AQ_SW_TYPE_VIRT_PORT	1
#define ICE_MP_AQ_SW_TYPE_VSI		2

/* 0x0203 */
struct ice_mp_aqc_set_port_params {
	uint16_t flags;
	uint16_t bad_frame_vsi;
	uint16_t swid;
	uint16_t rsvd[5];
};

/* 0x0208, 0x0209 */
struct ice_mp_aqc_alloc_free_res {
	uint16_t num_entries;
	uint8_t rsvd[6];
	uint32_t addr_high, addr_low;
};

struct ice_mp_aq_res {
	uint16_t type;
	uint16_t num_elems;
	uint16_t elem[];
};
#define ICE_MP_AQ_RES_TYPE_M		0x7F
#define ICE_MP_AQ_RES_SHARED		0x0080
#define ICE_MP_AQ_RES_SCAN_BOTTOM	0x1000
#define ICE_MP_AQ_RES_IGNORE_INDEX	0x2000
#define ICE_MP_AQ_RES_VSI_LIST_REP	0x03
#define ICE_MP_AQ_RES_VSI_LIST_PRUNE	0x04
/** One of the 16 global RSS LUTs of 512 entries. */
#define ICE_MP_AQ_RES_GLOBAL_RSS	0x20
#define ICE_MP_AQ_RES_FD_COUNTER	0x21
#define ICE_MP_AQ_RES_FD_GUAR		0x22
#define ICE_MP_AQ_RES_FD_SHARED		0x23
#define ICE_MP_AQ_RES_FD_PROF		0x58
#define ICE_MP_AQ_RES_FD_TCAM		0x59
#define ICE_MP_AQ_RES_HASH_PROF		0x60
#define ICE_MP_AQ_RES_HASH_TCAM		0x61

/* 0x020A */
struct ice_mp_aqc_get_allocd_res {
	uint16_t res;
	uint16_t desc;			/**< in: first, out: next */
	uint16_t num_desc;
	uint16_t rsvd;
	uint32_t addr_high, addr_low;
};

/* 0x0210, 0x0211, 0x0212, 0x0213: request */
struct ice_mp_aqc_vsi {
	uint16_t vsi_num;		/**< [9:0], bit 15: number is valid */
	uint16_t cmd_flags;
	uint8_t vf_id;
	uint8_t rsvd;
	uint16_t vsi_flags;		/**< type [1:0] */
	uint32_t addr_high, addr_low;
};
/* reply */
struct ice_mp_aqc_vsi_resp {
	uint16_t vsi_num;
	uint16_t ext_status;
	uint16_t vsi_used;
	uint16_t vsi_free;
	uint32_t addr_high, addr_low;
};
#define ICE_MP_AQ_VSI_NUM_M		0x03FF
#define ICE_MP_AQ_VSI_NUM_VALID		0x8000
#define ICE_MP_AQ_VSI_KEEP_ALLOC	0x0001
#define ICE_MP_AQ_VSI_TYPE_M		0x3
#define ICE_MP_AQ_VSI_TYPE_VF		0
#define ICE_MP_AQ_VSI_TYPE_VMDQ2	1
#define ICE_MP_AQ_VSI_TYPE_PF		2

/** VSI context. Only the sections whose valid bit is set are looked at. */
struct ice_mp_aq_vsi_ctx {
	uint16_t valid_sections;
	uint8_t sw_id;
	uint8_t sw_flags;
	uint8_t sw_flags2;
	uint8_t veb_stat_id;
	uint8_t sec_flags;
	uint8_t sec_rsvd;
	uint16_t port_based_inner_vlan;
	uint8_t inner_vlan_rsvd[2];
	uint8_t inner_vlan_flags;
	uint8_t inner_vlan_rsvd2[3];
	uint32_t ingress_table;
	uint32_t egress_table;
	uint16_t port_based_outer_vlan;
	uint8_t outer_vlan_flags;
	uint8_t outer_vlan_rsvd;
	uint16_t mapping_flags;
	uint16_t q_mapping[16];
	uint16_t tc_mapping[8];		/**< first [10:0], log2 count [14:11] */
	uint8_t q_opt_rss;		/**< LUT type [1:0] */
	uint8_t q_opt_tc;
	uint8_t q_opt_flags;
	uint8_t q_opt_rsvd[3];
	uint32_t outer_up_table;
	uint16_t rsvd10;
	uint16_t fd_options;
	uint16_t max_fd_fltr_dedicated;
	uint16_t max_fd_fltr_shared;
	uint16_t fd_def_q;
	uint16_t fd_report_opt;
	uint32_t pasid;
	uint8_t rsvd[24];
};
static_assert(sizeof(struct ice_mp_aq_vsi_ctx) == 128, "VSI context size");

#define ICE_MP_VSI_VALID_SW		0x0001
#define ICE_MP_VSI_VALID_SECURITY	0x0002
#define ICE_MP_VSI_VALID_VLAN		0x0004
#define ICE_MP_VSI_VALID_OUTER_TAG	0x0008
#define ICE_MP_VSI_VALID_INGRESS_UP	0x0010
#define ICE_MP_VSI_VALID_EGRESS_UP	0x0020
#define ICE_MP_VSI_VALID_RXQ_MAP	0x0040
#define ICE_MP_VSI_VALID_Q_OPT		0x0080
#define ICE_MP_VSI_SW_ALLOW_LB		0x20
#define ICE_MP_VSI_SW_LOCAL_LB		0x40
#define ICE_MP_VSI_SW_SRC_PRUNE		0x80
#define ICE_MP_VSI_SW2_RX_VLAN_PRUNE	0x01
#define ICE_MP_VSI_SW2_LAN_ENA		0x10
#define ICE_MP_VSI_SEC_DEST_OVERRIDE	0x01
#define ICE_MP_VSI_SEC_MAC_ANTI_SPOOF	0x04
#define ICE_MP_VSI_SEC_TX_VLAN_PRUNE	0x10
#define ICE_MP_VSI_VLAN_TX_MODE_M	0x03
#define ICE_MP_VSI_VLAN_TX_UNTAGGED	0x01
#define ICE_MP_VSI_VLAN_TX_TAGGED	0x02
#define ICE_MP_VSI_VLAN_TX_ALL		0x03
#define ICE_MP_VSI_VLAN_INSERT_PVID	0x04
#define ICE_MP_VSI_VLAN_EMODE_S		3
#define ICE_MP_VSI_VLAN_EMODE_M		0x18
/** Strip the tag and report it whole. */
#define ICE_MP_VSI_VLAN_EMODE_STR_BOTH	(0x0 << ICE_MP_VSI_VLAN_EMODE_S)
#define ICE_MP_VSI_VLAN_EMODE_STR_UP	(0x1 << ICE_MP_VSI_VLAN_EMODE_S)
#define ICE_MP_VSI_VLAN_EMODE_STR	(0x2 << ICE_MP_VSI_VLAN_EMODE_S)
/** Leave the tag in the frame. */
#define ICE_MP_VSI_VLAN_EMODE_NOTHING	(0x3 << ICE_MP_VSI_VLAN_EMODE_S)
/** Outer tags are stripped and shown, or left alone. */
#define ICE_MP_VSI_OUTER_EMODE_M	0x03
#define ICE_MP_VSI_OUTER_EMODE_SHOW	0x00
#define ICE_MP_VSI_OUTER_EMODE_NOTHING	0x03
/** Which tag is an outer one; none: the VSI knows of one tag only. */
#define ICE_MP_VSI_OUTER_TAG_TYPE_M	0x0C
#define ICE_MP_VSI_OUTER_TAG_STAG	0x04
#define ICE_MP_VSI_OUTER_INSERT		0x10
#define ICE_MP_VSI_OUTER_TX_ALL		0x60
#define ICE_MP_VSI_Q_MAP_NONCONTIG	0x0001
/** Entry of such a list that names no queue. */
#define ICE_MP_VSI_Q_UNUSED		0x07FF
#define ICE_MP_VSI_TC_Q_OFFSET_M	0x07FF
#define ICE_MP_VSI_TC_Q_NUM_S		11
#define ICE_MP_VSI_TC_Q_NUM_M		0x7800
#define ICE_MP_VSI_RSS_LUT_TYPE_M	0x03
#define ICE_MP_VSI_RSS_LUT_VSI		0x00
#define ICE_MP_VSI_RSS_LUT_PF		0x02
#define ICE_MP_VSI_RSS_LUT_GLOBAL	0x03
#define ICE_MP_VSI_RSS_GBL_LUT_S	2
#define ICE_MP_VSI_RSS_GBL_LUT_M	0x3C

/* 0x02A0, 0x02A1, 0x02A2 */
struct ice_mp_aqc_sw_rules {
	uint16_t num_rules;
	uint8_t rsvd[6];
	uint32_t addr_high, addr_low;
};

/** Lookup rule. hdr_len bytes of dummy header follow; none on removal. */
struct ice_mp_aq_sw_lkup_rule {
	uint16_t type;			/**< ICE_MP_AQ_SW_RULE_* */
	uint16_t status;
	uint16_t recipe;		/**< ICE_MP_RECIPE_* */
	uint16_t src;			/**< Rx: lport, Tx: VSI */
	uint32_t act;
	uint16_t index;
	uint16_t hdr_len;
	uint8_t hdr[];
};
static_assert(sizeof(struct ice_mp_aq_sw_lkup_rule) == 16, "lookup rule size");
#define ICE_MP_AQ_SW_DUMMY_HDR_LEN	16

/** VSI list set/clear and prune list set/clear. */
struct ice_mp_aq_sw_vsi_list {
	uint16_t type;
	uint16_t status;
	uint16_t index;
	uint16_t number;
	uint16_t vsi[];
};
static_assert(sizeof(struct ice_mp_aq_sw_vsi_list) == 8, "VSI list size");

#define ICE_MP_AQ_SW_RULE_LKUP_RX	0
#define ICE_MP_AQ_SW_RULE_LKUP_TX	1
#define ICE_MP_AQ_SW_RULE_LG_ACT	2
#define ICE_MP_AQ_SW_RULE_VSI_LIST_SET	3
#define ICE_MP_AQ_SW_RULE_VSI_LIST_CLEAR	4
#define ICE_MP_AQ_SW_RULE_PRUNE_LIST_SET	5
#define ICE_MP_AQ_SW_RULE_PRUNE_LIST_CLEAR	6

#define ICE_MP_RECIPE_ETHERTYPE		0
#define ICE_MP_RECIPE_MAC		1
#define ICE_MP_RECIPE_MAC_VLAN		2
#define ICE_MP_RECIPE_PROMISC		3
#define ICE_MP_RECIPE_VLAN		4
#define ICE_MP_RECIPE_DFLT		5
#define ICE_MP_RECIPE_ETHERTYPE_MAC	8
#define ICE_MP_RECIPE_PROMISC_VLAN	9
#define ICE_MP_RECIPE_LAST		10

#define ICE_MP_ACT_TYPE_M		0x3u
#define ICE_MP_ACT_VSI_FWD		0x0u
#define ICE_MP_ACT_TO_Q			0x1u
#define ICE_MP_ACT_PRUNE		0x2u
#define ICE_MP_ACT_OTHER		0x3u
#define ICE_MP_ACT_LB_ENABLE		0x4u
#define ICE_MP_ACT_LAN_ENABLE		0x8u
#define ICE_MP_ACT_VSI_ID_S		4
#define ICE_MP_ACT_VSI_ID_M		(0x3FFu << ICE_MP_ACT_VSI_ID_S)
#define ICE_MP_ACT_Q_INDEX_M		(0x7FFu << ICE_MP_ACT_VSI_ID_S)
#define ICE_MP_ACT_VSI_LIST		(1u << 14)
#define ICE_MP_ACT_PRUNE_EGRESS		(1u << 15)
#define ICE_MP_ACT_PRUNE_INGRESS	(1u << 16)
#define ICE_MP_ACT_VALID		(1u << 17)
#define ICE_MP_ACT_DROP			(1u << 18)

/* 0x0303: mode, u8 */
#define ICE_MP_AQ_PFC_VLAN		1
#define ICE_MP_AQ_PFC_DSCP		2

/* 0x0A08; buffer: LLDPDU */
struct ice_mp_aqc_lldp_mib {
	uint8_t type;
	uint8_t rsvd;
	uint16_t length;
	uint32_t rsvd1;
	uint32_t addr_high, addr_low;
};

/* 0x0400 */
struct ice_mp_aqc_get_topo {
	uint8_t lport;
	uint8_t num_branches;
	uint8_t rsvd[6];
	uint32_t addr_high, addr_low;
};

struct ice_mp_aq_bw {
	uint16_t profile;
	uint16_t alloc;
};

/** Scheduler element; also the last 16 bytes of a Tx queue entry. */
struct ice_mp_aq_elem_data {
	uint8_t elem_type;
	uint8_t valid_sections;
	uint8_t generic;
	uint8_t flags;
	struct ice_mp_aq_bw cir;
	struct ice_mp_aq_bw eir;
	uint16_t srl_id;
	uint16_t rsvd;
};
static_assert(sizeof(struct ice_mp_aq_elem_data) == 16, "element data size");

struct ice_mp_aq_elem {
	uint32_t parent_teid;
	uint32_t node_teid;
	struct ice_mp_aq_elem_data data;
};
static_assert(sizeof(struct ice_mp_aq_elem) == 24, "scheduler element size");

#define ICE_MP_AQ_ELEM_TYPE_ROOT	1
#define ICE_MP_AQ_ELEM_TYPE_TC		2
#define ICE_MP_AQ_ELEM_TYPE_SE_GENERIC	3
#define ICE_MP_AQ_ELEM_TYPE_ENTRY	4
#define ICE_MP_AQ_ELEM_TYPE_LEAF	5
#define ICE_MP_AQ_ELEM_VALID_GENERIC	0x01
#define ICE_MP_AQ_ELEM_VALID_CIR	0x02
#define ICE_MP_AQ_ELEM_VALID_EIR	0x04
#define ICE_MP_AQ_ELEM_VALID_SHARED	0x08
#define ICE_MP_TEID_INVALID		0xFFFFFFFFu

/** Header of a group of elements or TEIDs. */
struct ice_mp_aq_elem_hdr {
	uint32_t parent_teid;
	uint16_t num;
	uint16_t rsvd;
};
#define ICE_MP_AQ_TOPO_MAX_ELEMS	9
/** One branch of the 0x0400 reply: always 224 bytes. */
struct ice_mp_aq_branch {
	struct ice_mp_aq_elem_hdr hdr;
	struct ice_mp_aq_elem elem[ICE_MP_AQ_TOPO_MAX_ELEMS];
};
static_assert(sizeof(struct ice_mp_aq_branch) == 224, "branch size");

/* 0x0401, 0x0404, 0x0408, 0x0409, 0x040A, 0x040F */
struct ice_mp_aqc_sched_elems {
	uint16_t num_req;
	uint16_t num_resp;
	uint32_t rsvd;
	uint32_t addr_high, addr_low;
};

/* 0x040E: request u32 TEID of the port's root */
#define ICE_MP_MAX_TC			8
struct ice_mp_aq_port_ets {
	uint8_t tc_valid;		/**< a bit per class */
	uint8_t rsvd0[3];
	uint32_t up2tc;
	uint8_t tc_share[ICE_MP_MAX_TC];	/**< percent */
	uint32_t port_eir_profile;
	uint32_t port_cir_profile;
	uint32_t tc_prio;
	uint32_t rsvd1;
	uint32_t tc_teid[ICE_MP_MAX_TC];	/**< ICE_MP_TEID_INVALID: no such class */
};
static_assert(sizeof(struct ice_mp_aq_port_ets) == 64, "0x040E reply size");

/* 0x0410, 0x0415 (0x0411 asks): profiles of rates, which 0x0403 gives to nodes
 * of their layer (cir, eir: index; 0 is "no limit") */
struct ice_mp_aqc_rl_profiles {
	uint16_t num;
	uint16_t num_processed;
	uint32_t rsvd;
	uint32_t addr_high, addr_low;
};
/** Bytes per second: multiply * PSM clock / (32 << encode). */
struct ice_mp_aq_rl_profile {
	uint8_t level;			/**< layer + 1 */
	uint8_t flags;
	uint16_t id;			/**< of the reply; of a removal */
	uint16_t max_burst;
	uint16_t multiply;
	uint16_t wake_up;		/**< PSM clocks per byte */
	uint16_t encode;
};
#define ICE_MP_AQ_RL_PROFILE_TYPE_M	0x03
#define ICE_MP_AQ_RL_PROFILE_CIR	0
#define ICE_MP_AQ_RL_PROFILE_EIR	1
#define ICE_MP_AQ_RL_PROFILE_SRL	2
#define ICE_MP_AQ_RL_PROFILE_INVALID	0x80	/**< 0x0411: there is no such one */
#define ICE_MP_RL_CLOCK_DIV		32
/** PSM clock at GLGEN_CLKSTAT_SRC 0, Hz. */
#define ICE_MP_RL_CLOCK_HZ		367647059u
#define ICE_MP_RL_ENCODE_M		0x3F
/** wake_up: 6 bits and 9 of the fraction, or with this one 15 bits. */
#define ICE_MP_RL_WAKE_UP_INT		0x8000
static_assert(sizeof(struct ice_mp_aq_rl_profile) == 12, "0x0410 size");

/* 0x0412 */
struct ice_mp_aq_sched_layer {
	uint8_t logical_layer;
	uint8_t chunk_size;
	uint16_t max_device_nodes;
	uint16_t max_pf_nodes;
	uint8_t rsvd0[4];
	uint16_t max_sibl_grp_sz;
	uint16_t max_cir_profiles;
	uint16_t max_eir_profiles;
	uint16_t max_srl_profiles;
	uint8_t rsvd1[14];
};
static_assert(sizeof(struct ice_mp_aq_sched_layer) == 32, "layer size");
#define ICE_MP_SCHED_LAYERS		9
/** Layer of the queue-group nodes, the VSI nodes and the leaves. */
#define ICE_MP_SCHED_QGRP_LAYER		7
#define ICE_MP_SCHED_VSI_LAYER		5
#define ICE_MP_SCHED_LEAF_LAYER		8

struct ice_mp_aq_sched_res {
	uint16_t phys_levels;
	uint16_t logical_levels;
	uint8_t flattening;
	uint8_t max_device_cgds;
	uint8_t max_pf_cgds;
	uint8_t rsvd0;
	uint16_t rdma_qsets;
	uint8_t rsvd1[22];
	struct ice_mp_aq_sched_layer layer[ICE_MP_SCHED_LAYERS];
};
static_assert(sizeof(struct ice_mp_aq_sched_res) == 320, "0x0412 reply size");

/* 0x0701 */
struct ice_mp_aqc_nvm {
	uint16_t offset_low;
	uint8_t offset_high;
	uint8_t cmd_flags;
	uint16_t module_typeid;
	uint16_t length;
	uint32_t addr_high, addr_low;
};
#define ICE_MP_AQ_NVM_LAST		0x01
#define ICE_MP_AQ_NVM_FLASH_ONLY	0x80

/* 0x0B02..0x0B05 */
struct ice_mp_aqc_rss {
	uint16_t vsi_num;		/**< bit 15: valid */
	uint16_t flags;
	uint32_t rsvd;
	uint32_t addr_high, addr_low;
};
#define ICE_MP_AQ_RSS_LUT_TYPE_M	0x0003
#define ICE_MP_AQ_RSS_LUT_SIZE_S	2
#define ICE_MP_AQ_RSS_LUT_SIZE_M	0x000C
#define ICE_MP_AQ_RSS_LUT_SIZE_128	0
#define ICE_MP_AQ_RSS_LUT_SIZE_512	1
#define ICE_MP_AQ_RSS_LUT_SIZE_2048	2
#define ICE_MP_AQ_RSS_LUT_TYPE_VSI	0
#define ICE_MP_AQ_RSS_LUT_TYPE_PF	1
#define ICE_MP_AQ_RSS_LUT_TYPE_GLOBAL	2
#define ICE_MP_AQ_RSS_GBL_LUT_S		4
#define ICE_MP_AQ_RSS_GBL_LUT_M		0x00F0
#define ICE_MP_AQ_RSS_GBL_LUT_COUNT	16

/* 0x0C30 */
struct ice_mp_aqc_add_txqs {
	uint8_t num_qgrps;
	uint8_t rsvd[7];
	uint32_t addr_high, addr_low;
};

/** Bytes of the Tx queue context image, TLAN_CTX_SIZE of ice_mp_desc.h. */
#define ICE_MP_AQ_TXQ_CTX_SIZE		22

struct ice_mp_aq_txq {
	uint16_t txq_id;
	uint8_t rsvd[2];
	uint32_t q_teid;
	uint8_t ctx[ICE_MP_AQ_TXQ_CTX_SIZE];
	uint8_t rsvd2[2];
	struct ice_mp_aq_elem_data info;
};
static_assert(sizeof(struct ice_mp_aq_txq) == 48, "Tx queue entry size");

struct ice_mp_aq_txq_grp {
	uint32_t parent_teid;
	uint8_t num_txqs;
	uint8_t rsvd[3];
	struct ice_mp_aq_txq txq[];
};

/* 0x0C31 */
struct ice_mp_aqc_dis_txqs {
	uint8_t cmd_type;
	uint8_t num_entries;
	uint16_t vmvf_timeout;
	uint32_t blocked_cgds;
	uint32_t addr_high, addr_low;
};
#define ICE_MP_AQ_Q_DIS_CMD_M		0x03
#define ICE_MP_AQ_Q_DIS_CMD_NONE	0x00
#define ICE_MP_AQ_Q_DIS_CMD_VM_RESET	0x01
#define ICE_MP_AQ_Q_DIS_CMD_VF_RESET	0x02
#define ICE_MP_AQ_Q_DIS_CMD_PF_RESET	0x03
#define ICE_MP_AQ_Q_DIS_FLUSH		0x08
/** Absolute VF, of ICE_MP_AQ_Q_DIS_CMD_VF_RESET. */
#define ICE_MP_AQ_Q_DIS_VMVF_M		0x03FF
#define ICE_MP_AQ_Q_DIS_TIMEOUT_S	10

/** Padded to a multiple of four bytes. */
struct ice_mp_aq_dis_txq_item {
	uint32_t parent_teid;
	uint8_t num_qs;
	uint8_t rsvd;
	uint16_t q_id[];
};

/* 0x0C43 */
struct ice_mp_aq_pkg_info {
	uint8_t ver[4];
	char name[28];
	uint32_t track_id;
	uint8_t is_in_nvm;
	uint8_t is_active;
	uint8_t is_active_at_boot;
	uint8_t is_modified;
};
static_assert(sizeof(struct ice_mp_aq_pkg_info) == 40, "package info size");

#endif /* _ICE_MP_AQ_H_ */
