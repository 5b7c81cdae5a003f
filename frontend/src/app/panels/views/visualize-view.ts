import { Component } from '@angular/core';

@Component({ selector: 'wl-visualize-view', template: '' })
export class VisualizeView {}
