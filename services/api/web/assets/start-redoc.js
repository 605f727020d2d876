Redoc.init("openapi.json", { disableSearch: false }, document.getElementById("documentation"));
