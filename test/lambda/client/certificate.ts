/** A self-signed certificate for localhost and 127.0.0.1, valid until 2126. Known to everybody: for tests on loopback only. */
export const certificate = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgas3gGOodf1GCQY7M
Vc9CXz5yIUoGwdo98aBbZa1/Z02hRANCAAQLnIko/fbuC9LmZtdlWjltiQpqMDxR
3fBK8HCqSk2fJ2KeAk+ndcNx+nPpClXTrFFLv1ggsyHlQZe7qYi5tIPJ
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBmzCCAUGgAwIBAgIUYMykfrOByUgAok+SW5CCop6GYn4wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMjE3MzkwNFoYDzIxMjYxMDI5
MTczOTA0WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQLnIko/fbuC9LmZtdlWjltiQpqMDxR3fBK8HCqSk2fJ2KeAk+ndcNx
+nPpClXTrFFLv1ggsyHlQZe7qYi5tIPJo28wbTAdBgNVHQ4EFgQUfHJyqTlHoEgr
V13xMdxwavxC2ucwHwYDVR0jBBgwFoAUfHJyqTlHoEgrV13xMdxwavxC2ucwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSAAwRQIhAOE7t2UMWjGAVlFycgmjCB76HHb78N2p/b6fouXoCizSAiB7
9GxWqg/EvPyupEhQCCaHM8hcLXAAkU86vS/m6lbSNQ==
-----END CERTIFICATE-----
`,
};
