// A file of its own, because the page's Content-Security-Policy allows no script inside of it.
SwaggerUIBundle({
  url: "v1/openapi.json",
  dom_id: "#endpoints",
  deepLinking: true,
  tryItOutEnabled: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null, // without this, the description is sent to validator.swagger.io
});
