/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Firmware commands: version, capabilities, locks, addresses, links, NVM,
 * package; and what of them a driver without the opt-in sees.
 */

#include "ctrl_env.h"

static uint16_t
link_status(uint8_t lport, uint16_t lse, struct ice_mp_aq_link *st)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_LINK_STATUS);

	PARAMS(d, ice_mp_aqc_link_status)->lport = lport;
	PARAMS(d, ice_mp_aqc_link_status)->flags = lse;
	return aq_cmd(&d, st, sizeof(*st), false);
}

static uint16_t
mac_write(uint8_t lport, uint8_t first, uint8_t last)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_MAC_WRITE);

	PARAMS(d, ice_mp_aqc_mac_write)->lport = lport;
	PARAMS(d, ice_mp_aqc_mac_write)->addr[0] = first;
	PARAMS(d, ice_mp_aqc_mac_write)->addr[5] = last;
	return aq_cmd(&d, NULL, 0, false);
}

static unsigned int
mac_read(struct ice_mp_aq_mac *m, unsigned int room)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_MAC_READ);

	if (aq_cmd(&d, m, (uint16_t)(room * sizeof(*m)), false) != 0)
		return 0;
	return PARAMS(d, ice_mp_aqc_mac_read)->num_addr;
}

static uint16_t
restart_an(uint8_t lport, uint8_t flags)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_RESTART_AN);

	PARAMS(d, ice_mp_aqc_restart_an)->lport = lport;
	PARAMS(d, ice_mp_aqc_restart_an)->flags = flags;
	return aq_cmd(&d, NULL, 0, false);
}

static uint16_t
set_mtu(uint8_t lport, uint16_t max)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_SET_MAC_CFG);

	d.params.raw[ICE_MP_AQ_SET_MAC_CFG_LPORT] = lport;
	PARAMS(d, ice_mp_aqc_set_mac_cfg)->max_frame = max;
	return aq_cmd(&d, NULL, 0, false);
}

static uint16_t
lock(uint16_t opcode, uint16_t id, uint16_t access, uint16_t *status)
{
	struct ice_mp_aq_desc d = aq_desc(opcode);
	uint16_t rc;

	PARAMS(d, ice_mp_aqc_req_res)->res_id = id;
	PARAMS(d, ice_mp_aqc_req_res)->access = access;
	rc = aq_cmd(&d, NULL, 0, false);
	*status = PARAMS(d, ice_mp_aqc_req_res)->status;
	return rc;
}

static uint16_t
nvm_read(uint32_t off, uint16_t len, uint8_t flags, uint8_t *buf)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_NVM_READ);

	PARAMS(d, ice_mp_aqc_nvm)->offset_low = (uint16_t)off;
	PARAMS(d, ice_mp_aqc_nvm)->offset_high = (uint8_t)(off >> 16);
	PARAMS(d, ice_mp_aqc_nvm)->cmd_flags = flags;
	PARAMS(d, ice_mp_aqc_nvm)->length = len;
	return aq_cmd(&d, buf, len, false);
}

static uint32_t
cap(uint16_t opcode, uint16_t id)
{
	struct ice_mp_aq_desc d = aq_desc(opcode);
	struct ice_mp_aq_cap c[32];
	uint32_t i;

	if (aq_cmd(&d, c, sizeof(c), false) != 0)
		return 0;
	for (i = 0; i < PARAMS(d, ice_mp_aqc_list_caps)->count; i++)
		if (c[i].cap == id)
			return c[i].number;
	return 0;
}

TEST(version)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_VER);

	ctl_open(1);
	CHECK_EQ(aq_cmd(&d, NULL, 0, false), 0);
	CHECK_EQ(PARAMS(d, ice_mp_aqc_get_ver)->api_major, 1);
	CHECK_EQ(PARAMS(d, ice_mp_aqc_get_ver)->api_minor, 5);
	CHECK_EQ(PARAMS(d, ice_mp_aqc_get_ver)->rom_ver, 0);
}

TEST(capabilities_are_what_registers_say)
{
	static const uint16_t op[2] = { ICE_MP_AQ_LIST_FUNC_CAPS, ICE_MP_AQ_LIST_DEV_CAPS };
	unsigned int i;

	ctl_open(4);
	for (i = 0; i < 4; i++) {
		/* With the opt-in and without: the function is the same. */
		wr32(MP_ENABLE, i / 2);
		CHECK_EQ(cap(op[i % 2], ICE_MP_CAP_RXQS), 64);
		CHECK_EQ(cap(op[i % 2], ICE_MP_CAP_TXQS), 64);
		CHECK_EQ(cap(op[i % 2], ICE_MP_CAP_MSIX), 65);
		CHECK_EQ(cap(op[i % 2], ICE_MP_CAP_VALID_FUNCTIONS), 1);
		CHECK_EQ(cap(op[i % 2], ICE_MP_CAP_RSS), 2048);
		CHECK_EQ(cap(op[i % 2], ICE_MP_CAP_VSI), 768);
		CHECK_EQ(cap(op[i % 2], ICE_MP_CAP_SRIOV), 0);
		CHECK_EQ(cap(op[i % 2], ICE_MP_CAP_FD), (rd32(GLQF_FD_SIZE) & 0x7FFF) +
							(rd32(GLQF_FD_SIZE) >> 16));
	}
}

TEST(capabilities_in_too_small_a_buffer)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_LIST_FUNC_CAPS);
	struct ice_mp_aq_cap c[9];
	uint32_t need;

	ctl_open(1);
	CHECK_EQ(aq_cmd(&d, c, sizeof(c[0]), false), ICE_MP_AQ_RC_ENOMEM);
	need = PARAMS(d, ice_mp_aqc_list_caps)->count;
	CHECK_EQ(need, 9);
	d = aq_desc(ICE_MP_AQ_LIST_FUNC_CAPS);
	CHECK_EQ(aq_cmd(&d, c, sizeof(c) - 1, false), ICE_MP_AQ_RC_ENOMEM);
	d = aq_desc(ICE_MP_AQ_LIST_FUNC_CAPS);
	CHECK_EQ(aq_cmd(&d, c, sizeof(c), false), 0);
	CHECK_EQ(d.datalen, sizeof(c));
}

TEST(locks)
{
	static const uint16_t id[] = {
		ICE_MP_AQ_RES_NVM, ICE_MP_AQ_RES_CHANGE_LOCK, ICE_MP_AQ_RES_GLOBAL_CFG,
	};
	unsigned int i;
	uint16_t st;

	ctl_open(1);
	for (i = 0; i < 3; i++) {
		CHECK_EQ(lock(ICE_MP_AQ_REQ_RES, id[i], ICE_MP_AQ_RES_READ, &st), 0);
		CHECK_EQ(st, ICE_MP_AQ_RES_GLBL_GRANTED);
		CHECK_EQ(lock(ICE_MP_AQ_REQ_RES, id[i], ICE_MP_AQ_RES_WRITE, &st),
			 ICE_MP_AQ_RC_EBUSY);
		CHECK_EQ(st, ICE_MP_AQ_RES_GLBL_IN_PROG);
	}
	CHECK_EQ(lock(ICE_MP_AQ_RELEASE_RES, id[1], 0, &st), 0);
	CHECK_EQ(lock(ICE_MP_AQ_REQ_RES, id[0], ICE_MP_AQ_RES_WRITE, &st), ICE_MP_AQ_RC_EBUSY);
	CHECK_EQ(lock(ICE_MP_AQ_REQ_RES, id[1], ICE_MP_AQ_RES_WRITE, &st), 0);
	CHECK_EQ(lock(ICE_MP_AQ_REQ_RES, 5, ICE_MP_AQ_RES_WRITE, &st), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(lock(ICE_MP_AQ_REQ_RES, id[0], 0, &st), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(lock(ICE_MP_AQ_RELEASE_RES, 5, 0, &st), ICE_MP_AQ_RC_EINVAL);
	/* A function that is reset holds nothing. */
	env_pfr();
	aq_up();
	CHECK_EQ(lock(ICE_MP_AQ_REQ_RES, id[0], ICE_MP_AQ_RES_READ, &st), 0);
}

TEST(addresses)
{
	struct ice_mp_aq_mac m[8];
	unsigned int i;

	ctl_open(3);
	CHECK_EQ(mac_read(m, 8), 3);
	for (i = 0; i < 3; i++) {
		CHECK_EQ(m[i].lport, i);
		CHECK_EQ(m[i].type, ICE_MP_AQ_MAC_TYPE_LAN);
		CHECK_EQ(m[i].addr[5], i);
	}
	/* Only as many as fit; only port 0 without the opt-in. */
	CHECK_EQ(mac_read(m, 2), 2);
	wr32(MP_ENABLE, 0);
	CHECK_EQ(mac_read(m, 8), 1);
	CHECK_EQ(m[0].lport, 0);
}

TEST(address_changed)
{
	struct ice_mp_aq_mac m[8];

	ctl_open(3);
	CHECK_EQ(mac_write(1, 0x02, 0x77), 0);
	CHECK_EQ(mac_write(1, 0x03, 0x78), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(mac_write(1, 0x00, 0x00), ICE_MP_AQ_RC_EINVAL);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(mac_write(3, 0x02, 0x79), ICE_MP_AQ_RC_EINVAL));
	CHECK_EQ(mac_read(m, 8), 3);
	CHECK_EQ(m[0].addr[5], 0);
	CHECK_EQ(m[1].addr[5], 0x77);
	CHECK_EQ(m[2].addr[5], 2);
	env_pfr();
	aq_up();
	CHECK_EQ(mac_read(m, 8), 3);
	CHECK_EQ(m[1].addr[5], 1);
}

TEST(port_that_is_not_visible)
{
	static const uint16_t op[] = {
		ICE_MP_AQ_RESTART_AN, ICE_MP_AQ_SET_EVENT_MASK,
	};
	struct ice_mp_aq_link st;
	unsigned int i;

	ctl_open(2);
	for (i = 0; i < 2; i++) {
		CHECK_EQ(cmd_byte0(op[i], 1), 0);
		BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(cmd_byte0(op[i], 2), ICE_MP_AQ_RC_EINVAL));
	}
	wr32(MP_ENABLE, 0);
	for (i = 0; i < 2; i++) {
		BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(cmd_byte0(op[i], 1), ICE_MP_AQ_RC_EINVAL));
		CHECK_EQ(cmd_byte0(op[i], 0), 0);
	}
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(link_status(1, 0, &st), ICE_MP_AQ_RC_EINVAL));
	CHECK_EQ(link_status(0, 0, &st), 0);
}

TEST(links)
{
	struct ice_mp_aq_link st;

	ctl_open(2);
	CHECK_EQ(link_status(1, 0, &st), 0);
	CHECK_EQ(st.link_info, ICE_MP_AQ_LINK_UP | ICE_MP_AQ_LINK_MEDIA);
	CHECK_EQ(st.speed, ICE_MP_AQ_SPEED_100GB);
	CHECK_EQ(st.phy_type_low, ICE_MP_PHY_LOW_100G_CR4);
	CHECK_EQ(restart_an(1, ICE_MP_AQ_RESTART_AN_RESTART), 0);
	CHECK_EQ(link_status(1, 0, &st), 0);
	CHECK_EQ(st.link_info, ICE_MP_AQ_LINK_MEDIA);
	CHECK_EQ(st.speed, 0);
	CHECK_EQ(link_status(0, 0, &st), 0);
	CHECK(st.link_info & ICE_MP_AQ_LINK_UP);
	CHECK_EQ(restart_an(1, ICE_MP_AQ_RESTART_AN_RESTART | ICE_MP_AQ_RESTART_AN_ENABLE), 0);
	CHECK_EQ(link_status(1, 0, &st), 0);
	CHECK(st.link_info & ICE_MP_AQ_LINK_UP);
}

TEST(link_events_are_asked_for)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_SET_EVENT_MASK);
	struct ice_mp_aq_link st;

	ctl_open(3);
	CHECK_EQ(link_status(1, ICE_MP_AQ_LSE_ENA, &st), 0);
	CHECK_EQ(link_status(2, ICE_MP_AQ_LSE_ENA, &st), 0);
	PARAMS(d, ice_mp_aqc_set_event_mask)->lport = 2;
	PARAMS(d, ice_mp_aqc_set_event_mask)->mask = ICE_MP_AQ_EVENT_UPDOWN;
	CHECK_EQ(aq_cmd(&d, NULL, 0, false), 0);
	/* Port 0 did not ask, port 2 masked it. */
	ice_core_set_backend(E.core, 0, true, false);
	ice_core_set_backend(E.core, 2, true, false);
	CHECK_EQ(rd32(PF_FW_ARQH), 0);
	ice_core_set_backend(E.core, 1, true, false);
	CHECK(arq_event(&d, &st, sizeof(st)));
	CHECK_EQ(PARAMS(d, ice_mp_aqc_link_status)->lport, 1);
	/* The same state again is no news. */
	ice_core_set_backend(E.core, 1, true, false);
	CHECK(!arq_event(&d, NULL, 0));
	CHECK_EQ(link_status(1, ICE_MP_AQ_LSE_DIS, &st), 0);
	ice_core_set_backend(E.core, 1, true, true);
	CHECK(!arq_event(&d, NULL, 0));
}

TEST(hidden_links_are_silent)
{
	env_open(2);
	rd32(PFINT_OICR);
	ice_core_set_backend(E.core, 1, true, false);
	CHECK_EQ(rd32(PFINT_OICR), 0);
	ice_core_set_backend(E.core, 0, true, false);
	CHECK(rd32(PFINT_OICR) & PFINT_OICR_LINK_STAT_CHANGE_M);
}

TEST(phy_configuration)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_SET_PHY_CFG);
	struct ice_mp_aq_phy_cfg c;

	ctl_open(2);
	memset(&c, 0, sizeof(c));
	PARAMS(d, ice_mp_aqc_set_phy_cfg)->lport = 1;
	/* Nothing in common with the module. */
	c.caps = ICE_MP_AQ_PHY_EN_LINK;
	c.phy_type_low = 1ull << 52;		/* an optical one */
	CHECK_EQ(aq_cmd(&d, &c, sizeof(c), true), ICE_MP_AQ_RC_EINVAL);
	CHECK(rd32(PORT_STATUS(1)) & PORT_STATUS_LINK_UP_M);
	c.caps = 0;
	d = aq_desc(ICE_MP_AQ_SET_PHY_CFG);
	PARAMS(d, ice_mp_aqc_set_phy_cfg)->lport = 1;
	CHECK_EQ(aq_cmd(&d, &c, sizeof(c), true), 0);
	CHECK_EQ(rd32(PORT_STATUS(1)) & (PORT_STATUS_LINK_UP_M | PORT_STATUS_ADMIN_M), 0);
	CHECK(rd32(PORT_STATUS(0)) & PORT_STATUS_LINK_UP_M);
}

TEST(frame_limit_per_port)
{
	struct ice_mp_aq_link st;

	ctl_open(2);
	CHECK_EQ(set_mtu(1, 1522), 0);
	CHECK_EQ(link_status(1, 0, &st), 0);
	CHECK_EQ(st.max_frame, 1522);
	CHECK_EQ(link_status(0, 0, &st), 0);
	CHECK_EQ(st.max_frame, ICE_MP_MAX_FRAME);
	CHECK_EQ(set_mtu(0xFF, 2000), 0);
	CHECK_EQ(link_status(0, 0, &st), 0);
	CHECK_EQ(st.max_frame, 2000);
	CHECK_EQ(set_mtu(0, 63), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(set_mtu(0, ICE_MP_MAX_FRAME + 1), ICE_MP_AQ_RC_EINVAL);
	BREACH(ICC_BR_AQ_PARAM, CHECK_EQ(set_mtu(2, 1522), ICE_MP_AQ_RC_EINVAL));
	CHECK_EQ(set_mtu(0, 64), 0);
	CHECK_EQ(set_mtu(0, ICE_MP_MAX_FRAME), 0);
}

TEST(nvm)
{
	uint8_t b[4096], sum = 0;
	uint16_t orom;
	unsigned int i;

	ctl_open(1);
	/* The shadow RAM's pointer leads to the version block. */
	CHECK_EQ(nvm_read(2 * 0x44, 2, 0, b), 0);
	memcpy(&orom, b, 2);
	CHECK(orom & 0x8000);
	CHECK_EQ(nvm_read((uint32_t)(orom & 0x7FFF) << 12, 74, ICE_MP_AQ_NVM_FLASH_ONLY, b), 0);
	CHECK_EQ(memcmp(b, "$CIV", 4), 0);
	for (i = 0; i < 74; i++)
		sum += b[i];
	CHECK_EQ(sum, 0);
	/* Beyond the shadow RAM only with the flag; never beyond the flash. */
	CHECK_EQ(nvm_read(0x10000, 2, 0, b), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(nvm_read(0x10000, 2, ICE_MP_AQ_NVM_FLASH_ONLY, b), 0);
	CHECK_EQ(nvm_read(0x40000, 2, ICE_MP_AQ_NVM_FLASH_ONLY, b), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(nvm_read(0xFFFFFF, 2, ICE_MP_AQ_NVM_FLASH_ONLY, b), ICE_MP_AQ_RC_EINVAL);
	/* One sector at a time. */
	CHECK_EQ(nvm_read(0, 4096, 0, b), 0);
	CHECK_EQ(nvm_read(2, 4096, 0, b), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(nvm_read(0xFFE, 2, 0, b), 0);
	CHECK_EQ(nvm_read(0xFFF, 2, 0, b), ICE_MP_AQ_RC_EINVAL);
}

/* What a driver finds in the active bank. */
static uint16_t
nvm_version(void)
{
	uint8_t ctrl[2] = { 0 }, b[2] = { 0 };

	if (nvm_read(0, 2, 0, ctrl) != 0 ||
	    nvm_read(0x10000 + (ctrl[0] & 0x20 ? 0x10000 : 0) + 2 * (352 + 0x18), 2,
		     ICE_MP_AQ_NVM_FLASH_ONLY, b) != 0)
		return 0;
	return b[0] | b[1] << 8;
}

static uint16_t
nvm_update_empr(void)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_NVM_UPDATE_EMPR);

	return aq_cmd(&d, NULL, 0, false);
}

TEST(an_nvm_update_waits_for_empr)
{
	const uint16_t version = 0x4010;

	ctl_open(1);
	CHECK_EQ(nvm_version(), version);
	CHECK_EQ(nvm_update_empr(), ICE_MP_AQ_RC_EPERM);
	CHECK_EQ(cap(ICE_MP_AQ_LIST_DEV_CAPS, ICE_MP_CAP_PENDING_NVM), 0);
	FAULT("nvm update");
	CHECK_EQ(cap(ICE_MP_AQ_LIST_DEV_CAPS, ICE_MP_CAP_PENDING_NVM), version + 1);
	/* No lesser reset starts the firmware. */
	FAULT("reset globr");
	env_advance(200000000);
	aq_up();
	CHECK_EQ(nvm_version(), version);
	CHECK_EQ(cap(ICE_MP_AQ_LIST_DEV_CAPS, ICE_MP_CAP_PENDING_NVM), version + 1);
	/* The driver sees that it will happen, then it does. */
	CHECK_EQ(nvm_update_empr(), 0);
	CHECK(state_has("\"in_reset\":false"));
	env_advance(10000000);
	CHECK(state_has("\"in_reset\":true"));
	CHECK_EQ((rd32(GLGEN_RSTAT) & GLGEN_RSTAT_RESET_TYPE_M) >> GLGEN_RSTAT_RESET_TYPE_S, 3);
	env_advance(200000000);
	CHECK(state_has("\"in_reset\":false"));
	aq_up();
	CHECK_EQ(nvm_version(), version + 1);
	CHECK_EQ(cap(ICE_MP_AQ_LIST_DEV_CAPS, ICE_MP_CAP_PENDING_NVM), 0);
	CHECK_EQ(nvm_update_empr(), ICE_MP_AQ_RC_EPERM);
	/* And back to the other bank; switching on starts the firmware too. */
	FAULT("nvm update");
	CHECK_EQ(nvm_update_empr(), 0);
	ice_core_reset(E.core, ICE_CORE_RESET_POR);
	env_advance(200000000);
	aq_up();
	CHECK_EQ(nvm_version(), version + 2);
	/* The EMPR that was due is none any more. */
	CHECK_EQ(rd32(GLGEN_RSTAT) & GLGEN_RSTAT_RESET_TYPE_M, 0);
	/* Nothing of it on its own. */
	env_advance(200000000);
	CHECK_EQ(nvm_version(), version + 2);
}

static uint16_t
download(bool last, uint16_t off)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_DOWNLOAD_PKG);
	uint8_t b[64] = { 1, 0, 0, 0, 1, 0, 0, 0, (uint8_t)off, 0, 36, 0 };

	memcpy(b + 12, "\x09\x08\x07\x06TEST", 8);
	d.params.raw[0] = last;
	return aq_cmd(&d, b, sizeof(b), true);
}

static void
pkg_name(char *name)
{
	struct ice_mp_aq_desc d = aq_desc(ICE_MP_AQ_GET_PKG_INFO);
	uint8_t b[4 + sizeof(struct ice_mp_aq_pkg_info)];

	memset(b, 0, sizeof(b));
	aq_cmd(&d, b, sizeof(b), false);
	memcpy(name, b + 8, 28);
}

TEST(package)
{
	char name[28];
	uint16_t st;

	ctl_open(1);
	pkg_name(name);
	CHECK_EQ(strcmp(name, "ICE OS Default Package"), 0);
	CHECK_EQ(download(true, 12), ICE_MP_AQ_RC_EPERM);
	CHECK_EQ(lock(ICE_MP_AQ_REQ_RES, ICE_MP_AQ_RES_GLOBAL_CFG, ICE_MP_AQ_RES_WRITE, &st), 0);
	/* The section ends one byte behind the buffer. */
	CHECK_EQ(download(true, 29), ICE_MP_AQ_RC_EINVAL);
	CHECK_EQ(download(true, 12), 0);
	CHECK_EQ(lock(ICE_MP_AQ_RELEASE_RES, ICE_MP_AQ_RES_GLOBAL_CFG, 0, &st), 0);
	pkg_name(name);
	CHECK_EQ(strcmp(name, "TEST"), 0);
	/* It outlives a PFR: the next driver finds the work done. */
	env_pfr();
	aq_up();
	pkg_name(name);
	CHECK_EQ(strcmp(name, "TEST"), 0);
	CHECK_EQ(lock(ICE_MP_AQ_REQ_RES, ICE_MP_AQ_RES_GLOBAL_CFG, ICE_MP_AQ_RES_WRITE, &st), 0);
	CHECK_EQ(st, ICE_MP_AQ_RES_GLBL_DONE);
	ice_core_reset(E.core, ICE_CORE_RESET_CORER);
	env_advance(200000000);
	aq_up();
	pkg_name(name);
	CHECK_EQ(strcmp(name, "ICE OS Default Package"), 0);
	CHECK_EQ(lock(ICE_MP_AQ_REQ_RES, ICE_MP_AQ_RES_GLOBAL_CFG, ICE_MP_AQ_RES_WRITE, &st), 0);
	CHECK_EQ(st, ICE_MP_AQ_RES_GLBL_GRANTED);
}

/* As a Linux PF that runs LLDP itself does it. */
TEST(dcb_by_the_driver)
{
	struct ice_mp_aq_desc d;
	struct ice_mp_aq_port_ets ets;
	uint8_t mib[100] = { 0x02 };
	uint32_t root;
	unsigned int i;

	ctl_open(2);
	CHECK_EQ(rd32(PRTDCB_GENS) & 7, 7);
	CHECK_EQ(cap(ICE_MP_AQ_LIST_FUNC_CAPS, ICE_MP_CAP_DCB), 1);
	d = aq_desc(ICE_MP_AQ_SET_PFC_MODE);
	d.params.raw[0] = ICE_MP_AQ_PFC_VLAN;
	CHECK_EQ(aq_cmd(&d, NULL, 0, false), 0);
	CHECK_EQ(d.params.raw[0], ICE_MP_AQ_PFC_VLAN);
	d.params.raw[0] = ICE_MP_AQ_PFC_DSCP + 1;
	CHECK_EQ(aq_cmd(&d, NULL, 0, false), ICE_MP_AQ_RC_EINVAL);
	d = aq_desc(ICE_MP_AQ_LLDP_SET_LOCAL_MIB);
	PARAMS(d, ice_mp_aqc_lldp_mib)->length = sizeof(mib);
	CHECK_EQ(aq_cmd(&d, mib, sizeof(mib), true), 0);
	d = aq_desc(ICE_MP_AQ_LLDP_SET_LOCAL_MIB);
	PARAMS(d, ice_mp_aqc_lldp_mib)->length = sizeof(mib) + 1;
	CHECK_EQ(aq_cmd(&d, mib, sizeof(mib), true), ICE_MP_AQ_RC_EINVAL);
	/* One traffic class, and no other that a driver could look for. */
	root = dflt_teid(1, 0);
	d = aq_desc(ICE_MP_AQ_QUERY_PORT_ETS);
	memcpy(d.params.raw, &root, sizeof(root));
	memset(&ets, 0, sizeof(ets));
	CHECK_EQ(aq_cmd(&d, &ets, sizeof(ets), false), 0);
	CHECK_EQ(ets.tc_valid, 1);
	CHECK_EQ(ets.tc_teid[0], dflt_teid(1, 1));
	for (i = 1; i < ICE_MP_MAX_TC; i++)
		CHECK_EQ(ets.tc_teid[i], ICE_MP_TEID_INVALID);
}

TEST(vf_port_map_as_bytes_and_words)
{
	unsigned int i;

	ctl_open(3);
	for (i = 0; i < VF_PORT_MAP_SIZE; i++)
		CHECK_EQ(rd(VF_PORT_MAP + i, 1), i % 3);
	wr(VF_PORT_MAP + 10, 0x0102, 2);
	CHECK_EQ(rd(VF_PORT_MAP + 10, 1), 2);
	CHECK_EQ(rd(VF_PORT_MAP + 11, 1), 1);
	CHECK_EQ(rd(VF_PORT_MAP + 9, 1), 0);
	CHECK_EQ(rd(VF_PORT_MAP + 12, 1), 0);
	wr32(VF_PORT_MAP + 252, 0xFFFFFFFF);
	CHECK_EQ(rd32(VF_PORT_MAP + 252), 0x07070707);
}

TEST(doorbell_fifo_wraps_and_drops)
{
	unsigned int i;

	ctl_open(2);
	/* Half way round first, so that the full FIFO wraps. */
	for (i = 0; i < EVENT_DOORBELL_DEPTH / 2; i++) {
		wr32(EVENT_DOORBELL, 1 | 1u << 8);
		CHECK_EQ(rd32(EVENT_DOORBELL), 1 | 1u << 8);
	}
	for (i = 0; i < EVENT_DOORBELL_DEPTH + 3; i++)
		wr32(EVENT_DOORBELL, 1 | 3u << 8 | i << 16);
	CHECK(state_has("\"events\":{\"pending\":256,\"dropped\":3}"));
	for (i = 0; i < EVENT_DOORBELL_DEPTH; i++)
		CHECK_EQ(rd32(EVENT_DOORBELL), 1 | 3u << 8 | i << 16);
	CHECK_EQ(rd32(EVENT_DOORBELL), 0);
	/* All zero is how an empty FIFO reads: it is no event. */
	wr32(EVENT_DOORBELL, 0);
	CHECK(state_has("\"events\":{\"pending\":0,\"dropped\":3}"));
}

HARNESS_MAIN
