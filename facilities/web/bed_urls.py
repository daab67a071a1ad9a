"""Addresses of beds and of the network."""

from django.urls import path

from facilities.web import beds, network

urlpatterns = [
    path("giuong/", beds.bed_board, name="bed_board"),
    path("giuong/<uuid:pk>/", beds.bed_rooms, name="bed_rooms"),
    path("mang-luoi/", network.network, name="network"),
    path("mang-luoi/xa.csv", network.network_csv, name="network_csv"),
]
