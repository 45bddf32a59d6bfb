// The API's description as a page; what is tried out is done as the person who is signed in.

const place = document.getElementById("api");

const signed = (request) => {
  const isOurs = new URL(request.url, location.href).origin === location.origin;
  if (isOurs && request.method && request.method !== "GET") {
    request.headers["X-CSRFToken"] = place.dataset.token;
  }
  return request;
};

window.SwaggerUIBundle({
  url: place.dataset.schema,
  domNode: place,
  deepLinking: true,
  validatorUrl: null,
  defaultModelsExpandDepth: 0,
  requestInterceptor: signed,
});
