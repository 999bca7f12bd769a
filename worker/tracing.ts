/** OpenTelemetry traces: users install these packages separately; they are loaded if a collector is configured. */
import type { WorkerPlugin } from '@temporalio/worker';
import { InvalidInput } from '../lib/settings/invalid-input.ts';

const INSTALL =
  'npm install @temporalio/interceptors-opentelemetry@1.24.0 @opentelemetry/sdk-trace-base@1.30.1 @opentelemetry/resources@1.30.1 @opentelemetry/exporter-trace-otlp-http@0.57.2';

/** Plugins that send a span for each workflow and activity. @throws {InvalidInput} without the packages */
export async function tracingPlugins(): Promise<WorkerPlugin[]> {
  const { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_SERVICE_NAME } = process.env;
  if (!OTEL_EXPORTER_OTLP_ENDPOINT && !OTEL_EXPORTER_OTLP_TRACES_ENDPOINT) return [];
  try {
    const { OpenTelemetryPlugin } = await import('@temporalio/interceptors-opentelemetry');
    const { OTLPTraceExporter } = await import('@opentelemetry/exporter-trace-otlp-http');
    const { BasicTracerProvider, BatchSpanProcessor } = await import('@opentelemetry/sdk-trace-base');
    const { Resource } = await import('@opentelemetry/resources');
    const resource = new Resource({ 'service.name': OTEL_SERVICE_NAME || 'counterpoise-worker' });
    const spanProcessor = new BatchSpanProcessor(new OTLPTraceExporter());
    // Activities use the global tracer of this process; without one they send nothing.
    const tracer = new BasicTracerProvider({ resource, spanProcessors: [spanProcessor] }).getTracer(
      'counterpoise',
    );
    return [new OpenTelemetryPlugin({ resource, spanProcessor, tracer })];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const problem = 'the packages for traces are not installed';
    throw new InvalidInput('OTEL_EXPORTER_OTLP_ENDPOINT', problem, `Run: ${INSTALL}`);
  }
}
