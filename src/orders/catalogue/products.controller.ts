import { Body, Controller, Get, Param, Patch, Post, Query, Req } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { ObjectId, Principal } from '../../common/index.js';
import {
  Access,
  ApiErrors,
  ApiList,
  Caller,
  type ListEnvelope,
  type ListRequest,
  Lists,
  PathId,
} from '../../http/index.js';
import { CreateProductDto, ProductsQuery, UpdateProductDto } from './product-requests.dto.js';
import { presentProduct, ProductDto } from './product.dto.js';
import { Products } from './products.service.js';
import { productsOf } from './products.source.js';

@ApiTags('products')
@Controller('orders/api/products')
export class ProductsController {
  constructor(
    private readonly products: Products,
    private readonly lists: Lists,
  ) {}

  @Get()
  @Access()
  @ApiOperation({ summary: 'List products; customers see those that are sold' })
  @ApiList(ProductDto)
  @ApiErrors(400, 404)
  list(
    @Req() request: ListRequest,
    @Caller() caller: Principal,
    @Query() query: ProductsQuery,
  ): Promise<ListEnvelope<ProductDto>> {
    return this.lists.list(request, query, productsOf(caller, query), presentProduct);
  }

  @Get(':id')
  @Access()
  @ApiOperation({ summary: 'Read a product' })
  @ApiOkResponse({ type: ProductDto })
  @ApiErrors(404)
  async read(@Caller() caller: Principal, @Param('id', PathId) id: ObjectId): Promise<ProductDto> {
    return presentProduct(await this.products.read(caller, id));
  }

  @Post()
  @Access('staff', 'admin')
  @ApiOperation({ summary: 'Create a product' })
  @ApiCreatedResponse({ type: ProductDto })
  @ApiErrors(400)
  async create(@Caller() caller: Principal, @Body() body: CreateProductDto): Promise<ProductDto> {
    return presentProduct(await this.products.create(caller, body));
  }

  @Patch(':id')
  @Access('staff', 'admin')
  @ApiOperation({
    summary: 'Change a product',
    description: 'Orders that are placed keep their prices. Stock cannot fall below what is held.',
  })
  @ApiOkResponse({ type: ProductDto })
  @ApiErrors(400, 404, 409)
  async change(
    @Caller() caller: Principal,
    @Param('id', PathId) id: ObjectId,
    @Body() body: UpdateProductDto,
  ): Promise<ProductDto> {
    return presentProduct(await this.products.change(caller, id, body));
  }
}
