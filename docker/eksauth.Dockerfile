# The stack itself. scripts/images.sh makes the build context; nothing is pulled.
FROM scratch
COPY --chown=65532:65532 rootfs/ /
USER 65532:65532
ENV EKSAUTH_HOME=/var/lib/eksauth PATH=/usr/local/bin HOME=/var/lib/eksauth
VOLUME ["/var/lib/eksauth"]
EXPOSE 4566
ENTRYPOINT ["/usr/local/bin/eksauth"]
CMD ["serve", "--listen", "127.0.0.1:4566"]
