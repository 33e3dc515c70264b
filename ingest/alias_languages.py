"""Usual names of columns in further languages, by field; see ``aliases`` for the main ones.

Dutch, Polish, Portuguese, Swedish, Danish, Norwegian, Finnish, Czech, Hungarian, Romanian, Turkish,
Russian, Ukrainian, Greek, Indonesian, Vietnamese, Korean and Chinese. Accents are ignored.
"""

from __future__ import annotations

LANGUAGES: dict[str, str] = {
    "listing_id": """
        numer produktnummer varenummer artikelnr artikel_nr artikelnummer art_nr artikel_id numero
        품번 상품번호 상품코드 商品编号 商品编码 货号 商品編號 артикул код
    """,
    "title": """
        tytul nazwa nazwa_produktu rubrik benamning produktnamn tittel navn produktnavn varenavn
        overskrift otsikko nimi nazev nazov megnevezes nev termeknev denumire nume titlu
        urun_adi urun baslik название заголовок наименование товар назва τιτλος ονομα judul
        nama nama_produk ten_san_pham tieu_de 상품명 제품명 제목 商品名称 商品標題 商品标题 标题
        標題 名称 名稱 品名 宝贝标题 überschrift anzeigentitel artikelbezeichnung produkttitel
        designation intitule libelle articulo nome_do_produto nome_prodotto oggetto naam
        productnaam onderwerp
    """,
    "description": """
        opis opis_produktu omschrijving beskrivning beskrivelse kuvaus popis leiras descriere
        aciklama описание опис περιγραφη deskripsi mo_ta 상품설명 설명
        상세설명 商品描述 商品说明 商品說明
        描述 详情 宝贝描述 beschreibungstext artikeltext texte testo texto
    """,
    "photos": """
        zdjecie zdjecia afbeelding afbeeldingen billede billeder bilde kuva kuvat obrazek kep foto
        gorsel resim фото изображение изображения εικονα gambar hinh_anh 이미지 상품이미지 사진 图片
        圖片 商品图片 主图 thumbnail_url
    """,
    "category": """
        kategoria kategori kategorie_produktu categorie luokka osasto afdeling avdelning
        warengruppen produktgruppe sachgruppe abteilung rayon reparto departamento department cat
        rubrik категория раздел категорія κατηγορια danh_muc 카테고리 분류 类目 分类 分類 类别 類別
        商品分类 商品类目 商品分類
    """,
    "brand": """
        brands marken marques merk marka marke varumarke merke maerke merkki znacka gyarto
        бренд марка производитель виробник μαρκα merek thuong_hieu 브랜드 제조사 品牌 厂商
        designer marque_nom
    """,
    "condition": """
        staat stan stan_produktu condicao skick stand tilstand kunto stav allapot stare durum
        urun_durumu состояние стан κατασταση kondisi tinh_trang 상태 상품상태 成色 新旧程度 新舊程度
        商品成色 zustand_des_artikels grade
    """,
    "size": """
        maat rozmiar tamanho storlek storrelse koko velikost meret marime beden размер розмір
        μεγεθος ukuran kich_co 사이즈 尺码 尺寸 尺碼 misura
    """,
    "colour": """
        kleur kolor cor farg farve farge vari barva szin culoare renk цвет колір χρωμα warna
        mau_sac 색상 颜色 顏色
    """,
    "price": """
        prijs cena pris hinta ar eladasi_ar brutto_ar pret fiyat satis_fiyati цена ціна τιμη harga
        gia gia_ban 가격 판매가 판매가격 价格 價格 售价 售價 单价 一口价 prix_de_vente vk
        verkaufspreis vkpreis preco_de_venda precio_de_venta prezzo_di_vendita listing_price
        buy_now_price buy_it_now_price
    """,
    "currency": """
        munt waluta moeda valuta valutta mena penznem para_birimi валюта νομισμα mata_uang tien_te
        통화 货币 币种 貨幣
    """,
    "shipping_payer": """
        gratis_verzending darmowa_dostawa dostawa frete_gratis
        fri_frakt frakt fri_fragt fragt toimitus doprava szallitas livrare kargo
        ucretsiz_kargo доставка бесплатная_доставка
        무료배송 包邮 是否包邮 spedizione spedizione_gratuita
        envio envio_gratis
        livraison livraison_gratuite versandkostenfrei kostenloser_versand
        free_delivery shipping_paid_by
    """,
    "shipping_fee": """
        verzendkosten koszt_dostawy frete fraktkostnad kargo_ucreti ongkir 배송비 运费 運費
        gastos_de_envio frais_de_livraison delivery_cost delivery_fee shipping_amount porto
        shipping_charge shipping_rate
    """,
    "weight": "vikt vaegt vekt waga paino hmotnost agirlik вес 무게 重量 peso berat",
    "dimensions": "afmetingen wymiary matt mal mitat rozmery boyutlar размеры 크기",
    "shipping_method": """
        verzendmethode metoda_dostawy leveringsmetode способ_доставки 배송방법 物流方式 配送方式
        metodo_de_envio
    """,
    "seller_id": """
        verkoper sprzedawca saljare selger saelger myyja prodejce elado vanzator satici продавец
        продавець πωλητης penjual 판매자 卖家 賣家 店铺 vendeur_id user username shop shop_name
        store_name owner seller_username
    """,
    "listed_at": """
        datum date fecha dato tarih дата date_added date_posted date_published listed_on
        published_at published posted_on created_on creation_time create_time insert_date
        post_date upload_date eingestellt_am erstellt_am einstelldatum angelegt_am date_creation
        date_de_creation date_de_publication fecha_de_publicacion fecha_creacion data_inserimento
        datum_plaatsing data_dodania 등록일 上架时间 发布时间 登録日 掲載日
    """,
    "sold_at": "verkauft_am date_vente vendu_le fecha_de_venta data_vendita 판매일 售出时间",
    "language": "taal jezyk sprak язык 언어 语言",
}
"""Names by field, separated by blanks, as people write them with ``_`` for blanks."""
