/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The ice_mp authors
 */

/**
 * @file
 * Devargs:
 *
 *   ports=[0,2-4]          lports that become ethdevs (default: all)
 *   event_mode=auto|service|interrupt|poll
 *                          who runs the event engine (ice_mp_event.h)
 *   queues_per_port=N      queue pairs of each port (default: an equal share)
 *   hang_ms=N              time after which a queue that does not move is
 *                          taken for hanging (default: 5000; 0: never)
 *   vfs=N                  VFs that are served (default: all the device has)
 *   vf_queues=1|2|4|8|16   queue pairs of each VF (default: 4, or what fits)
 *   vf_map=[l0,l1,…]       lport of VF 0, 1, …, from the beginning again when
 *                          it is shorter (default: as the device says)
 *   representor=vf[0-3]    VFs that get a representor, as ethdev writes it
 *
 * A key or value that is not one of these fails the probe.
 */

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <rte_kvargs.h>

#include "ice_mp_compat.h"
#include "ice_mp_event.h"
#include "ice_mp_log.h"
#include "ice_mp_port.h"
#include "hw/ice_mp_vf_regs.h"

#define ARG_PORTS	"ports"
#define ARG_EVENT_MODE	"event_mode"
#define ARG_QUEUES	"queues_per_port"
#define ARG_HANG	"hang_ms"
#define ARG_VFS		"vfs"
#define ARG_VF_QUEUES	"vf_queues"
#define ARG_VF_MAP	"vf_map"
#define ARG_REPR	"representor"

/** A port that is paused by its link partner may stand still for a while. */
#define DEF_HANG_MS	5000
#define MAX_HANG_MS	3600000

struct parse_ctx {
	const char *name;		/**< device, for messages */
	struct ice_mp_devargs *args;
};

/* A number at *p, which moves behind it. */
static int
parse_num(const char **p, unsigned long max, unsigned long *out)
{
	char *end;

	if (!isdigit((unsigned char)**p))
		return -EINVAL;
	errno = 0;
	*out = strtoul(*p, &end, 10);
	if (errno != 0 || *out > max)
		return -EINVAL;
	*p = end;
	return 0;
}

/* "[0,2-4]", or one number without brackets */
static int
parse_ports(const char *key, const char *val, void *opaque)
{
	struct parse_ctx *ctx = opaque;
	bool list = val != NULL && *val == '[';
	const char *p = val;
	unsigned long a, b;
	uint8_t mask = 0;

	if (val == NULL)
		goto bad;
	if (list)
		p++;
	for (;;) {
		if (parse_num(&p, ICE_MP_MAX_PORTS - 1, &a) != 0)
			goto bad;
		b = a;
		if (list && *p == '-') {
			p++;
			if (parse_num(&p, ICE_MP_MAX_PORTS - 1, &b) != 0 || b < a)
				goto bad;
		}
		for (; a <= b; a++)
			mask |= 1u << a;
		if (!list || *p != ',')
			break;
		p++;
	}
	if (list && *p++ != ']')
		goto bad;
	if (*p != '\0')
		goto bad;
	ctx->args->port_mask = mask;
	return 0;
bad:
	ICE_MP_LOG(ERR, "%s: %s=%s is not a list of lports such as [0,2-4].", ctx->name, key,
		   val != NULL ? val : "");
	return -EINVAL;
}

static int
parse_event_mode(const char *key, const char *val, void *opaque)
{
	struct parse_ctx *ctx = opaque;
	int mode = ice_mp_event_mode_parse(val);

	if (mode >= 0) {
		ctx->args->event_mode = mode;
		return 0;
	}
	ICE_MP_LOG(ERR, "%s: %s=%s is none of auto, service, interrupt, poll.", ctx->name, key,
		   val != NULL ? val : "");
	return -EINVAL;
}

static int
parse_queues(const char *key, const char *val, void *opaque)
{
	struct parse_ctx *ctx = opaque;
	const char *p = val;
	unsigned long n;

	if (val == NULL || parse_num(&p, ICE_MP_PORT_MAX_QUEUES, &n) != 0 || n == 0 ||
	    *p != '\0') {
		ICE_MP_LOG(ERR, "%s: %s=%s is not a number from 1 to %u.", ctx->name, key,
			   val != NULL ? val : "", ICE_MP_PORT_MAX_QUEUES);
		return -EINVAL;
	}
	ctx->args->queues_per_port = n;
	return 0;
}

static int
parse_hang(const char *key, const char *val, void *opaque)
{
	struct parse_ctx *ctx = opaque;
	const char *p = val;
	unsigned long n;

	if (val == NULL || parse_num(&p, MAX_HANG_MS, &n) != 0 || *p != '\0') {
		ICE_MP_LOG(ERR, "%s: %s=%s is not a number from 0 to %u.", ctx->name, key,
			   val != NULL ? val : "", MAX_HANG_MS);
		return -EINVAL;
	}
	ctx->args->hang_ms = n;
	return 0;
}

static int
parse_vfs(const char *key, const char *val, void *opaque)
{
	struct parse_ctx *ctx = opaque;
	const char *p = val;
	unsigned long n;

	if (val == NULL || parse_num(&p, ICE_MP_HW_MAX_VFS, &n) != 0 || *p != '\0') {
		ICE_MP_LOG(ERR, "%s: %s=%s is not a number from 0 to %u.", ctx->name, key,
			   val != NULL ? val : "", ICE_MP_HW_MAX_VFS);
		return -EINVAL;
	}
	ctx->args->vfs = n;
	return 0;
}

static int
parse_vf_queues(const char *key, const char *val, void *opaque)
{
	struct parse_ctx *ctx = opaque;
	const char *p = val;
	unsigned long n;

	if (val == NULL || parse_num(&p, ICE_MP_VF_MAX_QPS, &n) != 0 || *p != '\0' ||
	    !rte_is_power_of_2(n)) {
		ICE_MP_LOG(ERR, "%s: %s=%s is none of 1, 2, 4, 8, 16.", ctx->name, key,
			   val != NULL ? val : "");
		return -EINVAL;
	}
	ctx->args->vf_queues = n;
	return 0;
}

/* "[0,1,1]", or one number without brackets; the order counts */
static int
parse_vf_map(const char *key, const char *val, void *opaque)
{
	struct parse_ctx *ctx = opaque;
	struct ice_mp_devargs *args = ctx->args;
	bool list = val != NULL && *val == '[';
	const char *p = val;
	unsigned long lport;

	if (val == NULL)
		goto bad;
	if (list)
		p++;
	for (;;) {
		if (args->nb_vf_map == RTE_DIM(args->vf_map) ||
		    parse_num(&p, ICE_MP_MAX_PORTS - 1, &lport) != 0)
			goto bad;
		args->vf_map[args->nb_vf_map++] = lport;
		if (!list || *p != ',')
			break;
		p++;
	}
	if (list && *p++ != ']')
		goto bad;
	if (*p == '\0')
		return 0;
bad:
	ICE_MP_LOG(ERR, "%s: %s=%s is not a list of at most %u lports such as [0,1,1].",
		   ctx->name, key, val != NULL ? val : "", ICE_MP_HW_MAX_VFS);
	return -EINVAL;
}

/* ethdev's form; of VFs of this PF only */
static int
parse_reprs(const char *key, const char *val, void *opaque)
{
	struct parse_ctx *ctx = opaque;
	struct rte_eth_devargs eth = { 0 };
	char text[256];
	unsigned int i;
	int len;

	len = snprintf(text, sizeof(text), "%s=%s", key, val != NULL ? val : "");
	if (len < 0 || len >= (int)sizeof(text) || ice_mp_eth_devargs_parse(text, &eth) != 0 ||
	    eth.type != RTE_ETH_REPRESENTOR_VF || eth.nb_mh_controllers != 0 ||
	    eth.nb_ports != 0 || eth.nb_representor_ports == 0)
		goto bad;
	for (i = 0; i < eth.nb_representor_ports; i++) {
		uint16_t vf = eth.representor_ports[i];

		if (vf >= ICE_MP_HW_MAX_VFS)
			goto bad;
		ctx->args->reprs[vf / 64] |= UINT64_C(1) << vf % 64;
	}
	return 0;
bad:
	ICE_MP_LOG(ERR, "%s: %s=%s is not a list of VFs such as vf[0-3].", ctx->name, key,
		   val != NULL ? val : "");
	return -EINVAL;
}

int
ice_mp_devargs_parse(const char *name, const char *str, struct ice_mp_devargs *args)
{
	static const char * const keys[] = { ARG_PORTS, ARG_EVENT_MODE, ARG_QUEUES, ARG_HANG,
					     ARG_VFS, ARG_VF_QUEUES, ARG_VF_MAP, ARG_REPR,
					     NULL };
	static const struct {
		const char *key;
		arg_handler_t fn;
	} handlers[] = {
		{ ARG_PORTS, parse_ports },
		{ ARG_EVENT_MODE, parse_event_mode },
		{ ARG_QUEUES, parse_queues },
		{ ARG_HANG, parse_hang },
		{ ARG_VFS, parse_vfs },
		{ ARG_VF_QUEUES, parse_vf_queues },
		{ ARG_VF_MAP, parse_vf_map },
		{ ARG_REPR, parse_reprs },
	};
	struct parse_ctx ctx = { .name = name, .args = args };
	struct rte_kvargs *kv;
	unsigned int i;
	int rc = 0;

	memset(args, 0, sizeof(*args));
	args->hang_ms = DEF_HANG_MS;
	args->vfs = -1;
	if (str == NULL || *str == '\0')
		return 0;
	kv = rte_kvargs_parse(str, keys);
	if (kv == NULL) {
		ICE_MP_LOG(ERR, "%s: the devargs '%s' have an unknown key or a bad form.", name,
			   str);
		return -EINVAL;
	}
	for (i = 0; i < RTE_DIM(handlers) && rc == 0; i++) {
		if (rte_kvargs_count(kv, handlers[i].key) > 1) {
			ICE_MP_LOG(ERR, "%s: %s is given more than once.", name,
				   handlers[i].key);
			rc = -EINVAL;
			break;
		}
		rc = rte_kvargs_process(kv, handlers[i].key, handlers[i].fn, &ctx) < 0 ?
		     -EINVAL : 0;
	}
	rte_kvargs_free(kv);
	return rc;
}
