"""How every Django form looks: `{{ form }}` and `{{ field.as_field_group }}` through the kit's templates."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """For FORM_RENDERER; needs "django.forms" among the installed apps."""

    form_template_name = "kit/form.html"
    field_template_name = "kit/field.html"
