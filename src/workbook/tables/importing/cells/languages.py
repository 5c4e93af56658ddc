"""The languages in which signs of money and names of months are looked up in CLDR, by way of Babel."""

# Main languages, and places that write some things in a way of their own.
MAIN = tuple(
    """
    en fr de es pt it nl ja ko zh zh_Hant ru ar sv da nb is pl cs hu ro bg hr sr sr_Latn bs mk sq uk be tr el he fa hi bn
    ne si ta th vi id ms my km lo mn kk ky uz az hy ka am sw fil ur ps af so fi et lv lt sk sl ca gl eu mr te gu kn ml pa
    en_GB en_AU en_CA en_NZ en_SG en_HK en_ZA en_KE en_NG en_GH en_PK en_PH en_JM en_TT en_MU fr_CA fr_CH de_AT de_CH es_MX
    es_AR es_CL es_CO es_UY es_PE es_PY es_CR es_GT es_DO es_BO es_VE es_PA pt_BR pt_PT ar_SD ar_LB ar_DZ ar_MA uz_Cyrl fr_DZ
    fr_TN fr_MA nn
""".split()  # noqa: SIM905
)
