# The real programs by their own names, and eksauth to run them when the stack asks. scripts/images.sh makes the build
# context; nothing is pulled.
FROM scratch
COPY --chown=65532:65532 rootfs/ /
USER 65532:65532
ENV PATH=/usr/local/bin HOME=/var/lib/eksauth
ENTRYPOINT ["/usr/local/bin/eksauth"]
CMD ["container", "--help"]
