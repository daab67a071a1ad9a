"use strict";
const place = document.getElementById("swagger-ui");
window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  docExpansion: "none",
  filter: true,
  // Nothing of this page is kept in the browser or sent to another host.
  persistAuthorization: false,
  validatorUrl: null,
  requestInterceptor(request) {
    if (request.method && request.method.toUpperCase() !== "GET" && !request.headers.Authorization) {
      request.headers["X-CSRFToken"] = place.dataset.csrf;
    }
    return request;
  },
});
