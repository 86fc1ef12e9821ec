/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 *
 * Generic AdminQ commands: version, capabilities, MAC addresses, locks.
 */

#include "aq_priv.h"

static enum ice_mp_aq_err
get_ver(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	struct ice_mp_aqc_get_ver *v = ICC_PARAMS(d, ice_mp_aqc_get_ver);

	(void)core; (void)fn; (void)buf; (void)len;
	memset(v, 0, sizeof(*v));
	v->fw_build = 1;
	v->fw_major = 6;
	v->fw_minor = 1;
	/* API 1.5.0: the version that asks least of optional firmware. */
	v->api_major = 1;
	v->api_minor = 5;
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
driver_ver(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	   uint16_t len)
{
	(void)d; (void)fn;
	if (len > 32)
		return ICE_MP_AQ_RC_EINVAL;
	icc_log(core, "driver: %.*s", (int)len, (const char *)buf);
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
nop(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	(void)core; (void)fn; (void)d; (void)buf; (void)len;
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
req_res(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	struct ice_mp_aqc_req_res *r = ICC_PARAMS(d, ice_mp_aqc_req_res);
	struct icc_aq_state *st = icc_aq_st(core);
	bool *lock;

	(void)fn; (void)buf; (void)len;
	if (r->access != ICE_MP_AQ_RES_READ && r->access != ICE_MP_AQ_RES_WRITE)
		return ICE_MP_AQ_RC_EINVAL;
	switch (r->res_id) {
	case ICE_MP_AQ_RES_NVM:
		lock = &st->nvm_locked;
		break;
	case ICE_MP_AQ_RES_CHANGE_LOCK:
		lock = &st->change_locked;
		break;
	case ICE_MP_AQ_RES_GLOBAL_CFG:
		if (st->pkg_done) {
			r->status = ICE_MP_AQ_RES_GLBL_DONE;
			return ICE_MP_AQ_RC_OK;
		}
		lock = &st->global_locked;
		break;
	default:
		return ICE_MP_AQ_RC_EINVAL;
	}
	r->timeout = 3000;
	if (*lock) {
		r->status = ICE_MP_AQ_RES_GLBL_IN_PROG;
		return ICE_MP_AQ_RC_EBUSY;
	}
	*lock = true;
	r->status = ICE_MP_AQ_RES_GLBL_GRANTED;
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
release_res(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	    uint16_t len)
{
	struct ice_mp_aqc_req_res *r = ICC_PARAMS(d, ice_mp_aqc_req_res);
	struct icc_aq_state *st = icc_aq_st(core);

	(void)fn; (void)buf; (void)len;
	switch (r->res_id) {
	case ICE_MP_AQ_RES_NVM:
		st->nvm_locked = false;
		break;
	case ICE_MP_AQ_RES_CHANGE_LOCK:
		st->change_locked = false;
		break;
	case ICE_MP_AQ_RES_GLOBAL_CFG:
		st->global_locked = false;
		break;
	default:
		return ICE_MP_AQ_RC_EINVAL;
	}
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
list_caps(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	  uint16_t len)
{
	struct ice_mp_aqc_list_caps *l = ICC_PARAMS(d, ice_mp_aqc_list_caps);
	const uint16_t pending = icc_aq_st(core)->nvm_pending;
	const struct ice_mp_aq_cap caps[] = {
		{ .cap = ICE_MP_CAP_VALID_FUNCTIONS, .number = 1 },
		{ .cap = ICE_MP_CAP_VSI, .number = ICE_MP_HW_MAX_VSI },
		/* One traffic class. Without it a Linux PF with a package calls
		 * its own DCB set-up failed. */
		{ .cap = ICE_MP_CAP_DCB, .number = 1, .logical_id = 0x1, .phys_id = 1 },
		{ .cap = ICE_MP_CAP_RSS, .number = ICE_MP_RSS_LUT_PF, .logical_id = 8 },
		{ .cap = ICE_MP_CAP_RXQS, .number = core->pf.nb_queues },
		{ .cap = ICE_MP_CAP_TXQS, .number = core->pf.nb_queues },
		{ .cap = ICE_MP_CAP_MSIX, .number = core->pf.nb_vectors },
		{ .cap = ICE_MP_CAP_MAX_MTU, .number = ICE_MP_MAX_FRAME },
		/* Without it net_ice refuses to start with a package. The sizes
		 * are in GLQF_FD_SIZE; the device list has the total. */
		{ .cap = ICE_MP_CAP_FD, .number = 2 * ICC_FD_FILTERS },
		/* These come and go. One PF: all VFs are its own. */
		{ .cap = ICE_MP_CAP_SRIOV, .number = core->cfg.nb_vfs > 0 },
		{ .cap = ICE_MP_CAP_VF, .number = core->cfg.nb_vfs },
		{ .cap = ICE_MP_CAP_PENDING_NVM, .number = pending },
	};
	struct ice_mp_aq_cap *out = (void *)buf;
	unsigned int i, k, n = 0;

	(void)fn;
	for (i = 0; i < sizeof(caps) / sizeof(caps[0]); i++)
		n += caps[i].number != 0;
	l->count = n;
	if (len < n * sizeof(caps[0])) {
		d->datalen = 0;
		return ICE_MP_AQ_RC_ENOMEM;
	}
	for (i = 0, k = 0; i < sizeof(caps) / sizeof(caps[0]); i++) {
		if (caps[i].number == 0)
			continue;
		out[k] = caps[i];
		out[k++].major = 1;
	}
	d->datalen = n * sizeof(caps[0]);
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
mac_read(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf, uint16_t len)
{
	struct ice_mp_aqc_mac_read *m = ICC_PARAMS(d, ice_mp_aqc_mac_read);
	struct ice_mp_aq_mac *out = (void *)buf;
	unsigned int i, n = icc_nb_visible_ports(core);

	(void)fn;
	if (n > len / sizeof(*out))
		n = len / sizeof(*out);
	for (i = 0; i < n; i++) {
		out[i].lport = i;
		out[i].type = ICE_MP_AQ_MAC_TYPE_LAN;
		memcpy(out[i].addr, core->port[i].laa, 6);
	}
	m->flags = ICE_MP_AQ_MAC_LAN_VALID;
	m->num_addr = n;
	d->datalen = n * sizeof(*out);
	return ICE_MP_AQ_RC_OK;
}

static enum ice_mp_aq_err
mac_write(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	  uint16_t len)
{
	struct ice_mp_aqc_mac_write *m = ICC_PARAMS(d, ice_mp_aqc_mac_write);
	static const uint8_t zero[6];

	(void)fn; (void)buf; (void)len;
	if (!icc_aq_lport_ok(core, m->lport) || (m->addr[0] & 1) ||
	    memcmp(m->addr, zero, sizeof(zero)) == 0)
		return ICE_MP_AQ_RC_EINVAL;
	memcpy(core->port[m->lport].laa, m->addr, 6);
	return ICE_MP_AQ_RC_OK;
}

/* The reply is the mode that is in force now. */
static enum ice_mp_aq_err
set_pfc_mode(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	     uint16_t len)
{
	uint8_t mode = d->params.raw[0];

	(void)core; (void)fn; (void)buf; (void)len;
	return mode <= ICE_MP_AQ_PFC_DSCP ? ICE_MP_AQ_RC_OK : ICE_MP_AQ_RC_EINVAL;
}

/* DCB configuration of a driver that runs LLDP itself. There is one traffic
 * class, whatever the TLVs say: 0x040E tells. */
static enum ice_mp_aq_err
set_local_mib(struct ice_core *core, uint16_t fn, struct ice_mp_aq_desc *d, uint8_t *buf,
	      uint16_t len)
{
	const struct ice_mp_aqc_lldp_mib *m = ICC_PARAMS(d, ice_mp_aqc_lldp_mib);

	(void)core; (void)fn; (void)buf;
	return m->length != 0 && m->length <= len ? ICE_MP_AQ_RC_OK : ICE_MP_AQ_RC_EINVAL;
}

const struct icc_aq_cmd icc_aq_generic[] = {
	{ ICE_MP_AQ_GET_VER, 0, get_ver },
	{ ICE_MP_AQ_DRIVER_VER, 1, driver_ver },
	{ ICE_MP_AQ_Q_SHUTDOWN, 0, nop },
	{ ICE_MP_AQ_REQ_RES, 0, req_res },
	{ ICE_MP_AQ_RELEASE_RES, 0, release_res },
	{ ICE_MP_AQ_LIST_FUNC_CAPS, sizeof(struct ice_mp_aq_cap), list_caps },
	{ ICE_MP_AQ_LIST_DEV_CAPS, sizeof(struct ice_mp_aq_cap), list_caps },
	{ ICE_MP_AQ_MAC_READ, sizeof(struct ice_mp_aq_mac), mac_read },
	{ ICE_MP_AQ_MAC_WRITE, 0, mac_write },
	{ ICE_MP_AQ_CLEAR_PXE, 0, nop },
	{ ICE_MP_AQ_LLDP_STOP, 0, nop },
	{ ICE_MP_AQ_LLDP_START, 0, nop },
	{ ICE_MP_AQ_SET_PFC_MODE, 0, set_pfc_mode },
	{ ICE_MP_AQ_LLDP_SET_LOCAL_MIB, 1, set_local_mib },
	{ 0, 0, NULL },
};
