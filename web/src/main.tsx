import '@fontsource/noto-sans-sc/400.css';
import '@fontsource/noto-sans-sc/600.css';
import './styles/base.css';
import './styles/layout.css';
import './styles/parts.css';
import './styles/print.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { newQueryClient } from './api/client';
import { newRouter } from './app/routes';
import { ThemeProvider } from './app/theme';

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <StrictMode>
      <ThemeProvider>
        <QueryClientProvider client={newQueryClient()}>
          <RouterProvider router={newRouter()} />
        </QueryClientProvider>
      </ThemeProvider>
    </StrictMode>,
  );
}
